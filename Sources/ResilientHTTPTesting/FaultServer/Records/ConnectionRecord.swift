public import Foundation

extension FaultServer {
    /// What happened on one connection.
    public struct ConnectionRecord: Sendable {
        /// How a connection ended; more ways may be added.
        public struct Ending: Hashable, Sendable, CustomStringConvertible {
            /// The ending's name.
            public let description: String

            /// The peer sent FIN first.
            public static let peerClosed = Ending(description: "closed by the peer")
            /// The peer sent RST.
            public static let peerReset = Ending(description: "reset by the peer")
            /// The server closed first.
            public static let serverClosed = Ending(description: "closed by the server")
            /// The server sent RST.
            public static let serverReset = Ending(description: "reset by the server")
            /// The server was stopped.
            public static let stopped = Ending(description: "open when the server stopped")
        }

        /// The connection's number, from 0, in the order of accepting.
        public let id: Int
        /// The server's port.
        public let port: Int
        /// When it was accepted, in nanoseconds of the monotonic clock.
        public let openedAt: UInt64
        /// When it ended, in nanoseconds of the monotonic clock; `nil` while it is open.
        public internal(set) var closedAt: UInt64?
        /// How it ended; `nil` while it is open.
        public internal(set) var ending: Ending?
        /// How many request heads came by it.
        public internal(set) var requests = 0
        /// How many bytes came by it.
        public internal(set) var bytesReceived = 0
        /// Its first bytes, up to the configured limit.
        public internal(set) var prefix = Data()

        /// Whether the peer ended it, by FIN or RST.
        public var peerEndedFirst: Bool { ending == .peerClosed || ending == .peerReset }
    }
}
