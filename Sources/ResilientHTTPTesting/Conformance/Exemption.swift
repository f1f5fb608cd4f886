extension TransportConformance {
    /// A check that must not be run with a transport, such as one that would end the process, and why.
    public struct Exemption: Sendable, Hashable {
        /// The check's name, see ``Check/id``.
        public let check: String
        /// The reason, which the report gives.
        public let reason: String

        /// Makes an exemption.
        public init(check: String, reason: String) {
            self.check = check
            self.reason = reason
        }
    }
}

extension [TransportConformance.Exemption] {
    /// What ends the process of a program that uses URLSession on this platform.
    public static var urlSession: [TransportConformance.Exemption] {
        #if canImport(FoundationNetworking)
        [
            TransportConformance.Exemption(
                check: "trailers",
                reason: "a response with trailer fields ends the process of URLSession on Linux (Swift 6.3.1, #5285)"
            )
        ]
        #else
        []
        #endif
    }
}
