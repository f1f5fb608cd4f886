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
    /// What URLSession cannot do on this platform, whatever is done above it: it loses the body of a redirect that leads
    /// nowhere, and trailer fields end the process.
    public static var urlSession: [TransportConformance.Exemption] {
        #if canImport(FoundationNetworking)
        [
            TransportConformance.Exemption(
                check: "trailers",
                reason: "a response with trailer fields ends the process of URLSession on Linux (Swift 6.3.1, #5285)"
            ),
            TransportConformance.Exemption(
                check: "redirect_that_leads_nowhere",
                reason: "URLSession on Linux gives no body of a redirect without a Location (Swift 6.3.1)"
            ),
        ]
        #else
        []
        #endif
    }
}
