/// How long each phase of an exchange may take, and which limit comes next.
package struct ExchangeLimits: Sendable {
    /// A limit and when it passes.
    package struct Limit {
        package let time: MonotonicTime
        let kind: Kind

        enum Kind {
            case deadline(Deadline)
            case firstByte(Duration)
            case idle(Duration)
        }

        package func error(reachedServer: ResilientError.ReachedServer) -> ResilientError {
            switch kind {
            case .deadline(let deadline):
                deadline.error(reachedServer: reachedServer)
            case .firstByte(let timeout):
                ResilientError(
                    .attemptTimeout,
                    "no answer came within the first-byte timeout of \(timeout.decimalSeconds) s",
                    reachedServer: reachedServer
                )
            case .idle(let timeout):
                ResilientError(
                    .attemptTimeout,
                    "nothing more of the answer came within the idle timeout of \(timeout.decimalSeconds) s",
                    reachedServer: reachedServer
                )
            }
        }
    }

    package let deadline: Deadline?
    package let wire: WireTimeouts

    package init(_ context: RequestContext) {
        deadline = context.deadline
        wire = context.wireTimeouts
    }

    /// The limit that passes first.
    ///
    /// - Parameters:
    ///   - started: when the request was handed to the library; nil before.
    ///   - lastPiece: when the head or the last piece of the body came; nil before the head.
    package func next(started: MonotonicTime?, lastPiece: MonotonicTime?) -> Limit? {
        var first = deadline.map { Limit(time: $0.instant, kind: .deadline($0)) }
        func consider(_ time: MonotonicTime, _ kind: Limit.Kind) {
            // Of equal ones the deadline stays: the narrower limits only refine it.
            if first.map({ time < $0.time }) ?? true { first = Limit(time: time, kind: kind) }
        }
        if let lastPiece {
            if let idle = wire.idle { consider(lastPiece + idle, .idle(idle)) }
        } else if let started, let firstByte = wire.firstByte {
            consider(started + firstByte, .firstByte(firstByte))
        }
        return first
    }
}
