extension Backoff {
    /// What a backoff remembers from one retry of a call to the next.
    ///
    /// Each call has its own, fresh at its start. A fresh one also starts the sequence anew, as gRPC wants after a
    /// delay that the server named.
    public struct State: Sendable, Hashable {
        /// The delay before, in seconds, for ``Jitter/decorrelated``.
        var previousDelay: Double?

        /// `f_prev` of ``Backoff/decorrelatedV2(base:cap:)``.
        var previousIntrinsic: Double = 0

        /// The state before the first retry.
        public init() {}
    }
}
