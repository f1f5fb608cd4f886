/// Why a request may not even wait, as numbers; the words are made outside the queue's lock.
struct QueueRefusal: Error {
    enum Reason {
        case closed
        /// The queue is full.
        case full
        /// It gave way to somebody more urgent.
        case dropped
        /// It would not wait, and no slot was free.
        case busy
        /// It could not end by its deadline.
        case late
    }

    let reason: Reason
    /// How many waited, the refused one not included.
    let waiting: Int
    let limit: Int
    /// How long the refused one would have waited, by the average of earlier ones.
    let estimate: Duration?

    var error: ResilientError {
        var error = ResilientError(code, message, reachedServer: .no)
        error.retryAfter = estimate
        return error
    }

    private var code: ResilientError.Code {
        switch reason {
        case .closed: .clientClosed
        case .full, .dropped, .busy: .queueFull
        case .late: .shed
        }
    }

    private var message: String {
        let load = "\(waiting) wait for \(limit) places"
        switch reason {
        case .closed:
            return "the queue has been shut down"
        case .full:
            return "Request queue is full: \(load); raise admission.capacity or admission.max_concurrent_requests, or "
                + "send less at once"
        case .dropped:
            return "Request queue is full: \(load), and this request gave way to a more urgent one"
        case .busy:
            return "no place is free: \(load), and this request does not wait"
        case .late:
            return
                "shed: \(load), so that by the average time of earlier requests this one could not end by its deadline"
        }
    }
}
