/// What `FaultServer` itself can fail with.
public struct FaultServerError: Error, Sendable, CustomStringConvertible {
    /// The kinds of failure; more may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The kind's name.
        public let description: String

        /// A system call failed while the server was starting.
        public static let systemCall = Code(description: "system call failed")
        /// A `waitFor…` call was not fulfilled in its time.
        public static let timedOut = Code(description: "timed out")
        /// The server was stopped while a `waitFor…` call was pending, or before it.
        public static let stopped = Code(description: "stopped")
    }

    /// What kind of failure it is.
    public let code: Code
    /// What happened, for a person to read.
    public let message: String

    /// The kind and the message.
    public var description: String { "\(code): \(message)" }

    static func systemCall(_ name: String, _ number: Int32) -> FaultServerError {
        FaultServerError(code: .systemCall, message: "\(name) failed with errno \(number)")
    }

    static let stopped = FaultServerError(code: .stopped, message: "the fault server has been stopped")
}
