extension FaultServer {
    /// What the server counted since its start or the last `reset()`. Exact even when records were dropped.
    public struct Counters: Sendable, Hashable {
        /// Connections accepted.
        public internal(set) var accepted = 0
        /// Connections open now (not touched by `reset()`).
        public internal(set) var open = 0
        /// Request heads received.
        public internal(set) var requests = 0
        /// Requests whose body arrived as a whole.
        public internal(set) var completeRequests = 0
        /// Requests whose connection ended, or was ended by a behaviour, before the body was complete.
        public internal(set) var incompleteRequests = 0
        /// Connections that ended within a request head.
        public internal(set) var partialHeads = 0
        /// Requests refused by the server itself with 400, 413 or 431.
        public internal(set) var refusedRequests = 0
        /// Bytes received.
        public internal(set) var bytesReceived = 0
        /// Requests that were counted but not recorded, because a limit was reached.
        public internal(set) var droppedRequests = 0
        /// Connections that were counted but not recorded, because a limit was reached.
        public internal(set) var droppedConnections = 0
        /// How many requests got each behaviour, by `Behaviour.name`.
        public internal(set) var behaviours: [String: Int] = [:]
    }
}
