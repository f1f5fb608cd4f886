extension FaultServer {
    /// What a connection does before any request is known; see `script(connections:)` for some connections and
    /// `Configuration.connectionFault` for all.
    public struct ConnectionFault: Hashable, Sendable, CustomStringConvertible {
        private enum Kind: Hashable {
            case none, resetsOnAccept, closesOnAccept, resetsOnFirstByte, neverReads, speaksFirst
        }

        private let kind: Kind

        /// The fault's name.
        public var description: String { "\(kind)" }

        /// No fault: requests get what the script says.
        public static let none = ConnectionFault(kind: .none)
        /// RST as soon as the connection is accepted.
        public static let resetsOnAccept = ConnectionFault(kind: .resetsOnAccept)
        /// FIN as soon as the connection is accepted.
        public static let closesOnAccept = ConnectionFault(kind: .closesOnAccept)
        /// RST when the first byte of the first request has arrived.
        public static let resetsOnFirstByte = ConnectionFault(kind: .resetsOnFirstByte)
        /// Accepts and never reads a byte. The peer's FIN stays unread too; RST or `stop()` ends the connection.
        public static let neverReads = ConnectionFault(kind: .neverReads)
        /// Sends a line that is no HTTP (an SSH server's greeting) before any request and answers nothing: the wrong
        /// service on the port.
        public static let speaksFirst = ConnectionFault(kind: .speaksFirst)
    }
}
