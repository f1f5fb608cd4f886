#if os(Linux)
import ResilientHTTP
import Synchronization

/// One request on its way: what is to be sent, and how the caller hears of the answer. The loop does the rest.
final class Transfer: Sendable {
    let request: ClientRequest
    let context: RequestContext
    let limits: ExchangeLimits
    let answer = PendingAnswer()
    /// A body that is not in memory.
    let upload: UploadStream?
    /// Where it is in the loop's table; only the loop's thread looks at it. -1 for nowhere.
    let place = Atomic(-1)

    var runtime: ClientRuntime { context.runtime }

    /// Throws `invalidRequest` when the body's file cannot be read.
    init(_ request: ClientRequest, _ context: RequestContext) throws {
        self.request = request
        self.context = context
        limits = ExchangeLimits(context)
        upload = try UploadStream(request.body, runtime: context.runtime)
    }

    /// Whether it may be sent again when nobody knows whether it arrived.
    ///
    /// The method alone decides: many servers ignore an `Idempotency-Key`.
    var mayBeRepeated: Bool { request.method.isIdempotent }
}
#endif
