public import Foundation

extension FaultServer {
    /// A request as the server received it.
    public struct ReceivedRequest: Sendable {
        /// The request's place among all requests of the server, from 0, in the order in which heads arrived.
        public internal(set) var sequence = 0
        /// The `ConnectionRecord.id` of the connection that it came by.
        public let connection: Int
        /// The port that it came to.
        public let port: Int
        /// How many requests with the same path (and `X-Request-Key`, when there is one) came before.
        public internal(set) var attempt = 0
        /// The method in the sender's spelling.
        public let method: String
        /// The request target as sent.
        public let target: String
        /// The target's path without scheme, authority and query.
        public let path: String
        /// What follows the first question mark of the target.
        public let query: String?
        /// The header lines in the order in which they came.
        public let headers: [HeaderField]
        /// The raw bytes from the request line to the empty line.
        public let rawHead: Data
        /// The decoded body, up to the configured limit. Filled when the body is complete or the connection has ended.
        public internal(set) var body = Data()
        /// How many body bytes arrived, also those not kept.
        public internal(set) var bodyBytes = 0
        /// Whether the whole body arrived.
        public internal(set) var isComplete = false
        /// When the head had arrived, in nanoseconds of the monotonic clock: for differences only.
        public let receivedAt: UInt64
        /// The name of the behaviour that it got.
        public internal(set) var behaviour = ""

        /// The value of `X-Request-Key`, which separates the attempts of concurrent callers of one path.
        public var requestKey: String? { headers.values(of: "X-Request-Key").first }

        /// The values of every header line with that name (in any case), in order.
        public func values(of name: String) -> [String] { headers.values(of: name) }
    }
}
