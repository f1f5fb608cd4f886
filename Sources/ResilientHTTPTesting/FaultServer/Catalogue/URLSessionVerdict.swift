public import ResilientHTTP

extension FaultServer {
    /// What URLSession on Linux, through `URLSessionTransport`, makes of a behaviour.
    public struct URLSessionVerdict: Sendable, Hashable {
        private enum Kind: Hashable {
            case answers(CatalogueAnswer), fails(ResilientError.Code), endsProcess
        }

        private let kind: Kind
        /// Why, or how it shows, in a few words; may be empty.
        public let remark: String

        /// It returns this answer, right or wrong.
        public static func answers(_ answer: CatalogueAnswer, _ remark: String = "") -> Self {
            Self(kind: .answers(answer), remark: remark)
        }

        /// It fails with an error of this code.
        public static func fails(_ code: ResilientError.Code, _ remark: String = "") -> Self {
            Self(kind: .fails(code), remark: remark)
        }

        /// The process ends.
        public static func endsProcess(_ remark: String = "") -> Self {
            Self(kind: .endsProcess, remark: remark)
        }

        /// The answer; nil when there is none.
        public var answer: CatalogueAnswer? {
            if case .answers(let answer) = kind { answer } else { nil }
        }

        /// The error's code; nil when there is none.
        public var errorCode: ResilientError.Code? {
            if case .fails(let code) = kind { code } else { nil }
        }

        /// Whether the process goes on.
        public var isSurvivable: Bool { kind != .endsProcess }
    }
}

extension FaultServer.URLSessionVerdict: CustomStringConvertible {
    /// Status and length, or code, or "ends the process"; then the remark.
    public var description: String {
        let outcome =
            switch kind {
            case .answers(let answer): answer.description
            case .fails(let code): "`\(code)`"
            case .endsProcess: "**ends the process**"
            }
        return remark.isEmpty ? outcome : "\(outcome): \(remark)"
    }
}
