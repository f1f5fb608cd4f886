import Testing

@testable import ResilientHTTP

struct ExchangeLimitsTests {
    private func limits(
        deadline: Int64? = nil,
        firstByte: Int? = nil,
        idle: Int? = nil
    ) -> ExchangeLimits {
        let runtime = ClientRuntime()
        let call = CallRecord(requestID: RequestID(high: 0, low: 0), options: RequestOptions(), runtime: runtime)
        var context = RequestContext(call: call, body: .bytes(limit: .max))
        context.deadline = deadline.map { Deadline(.init(nanoseconds: $0), kind: .attempt, timeout: .nanoseconds($0)) }
        context.wireTimeouts = WireTimeouts(
            firstByte: firstByte.map { .nanoseconds($0) },
            idle: idle.map { .nanoseconds($0) }
        )
        return ExchangeLimits(context)
    }

    private func next(_ limits: ExchangeLimits, started: Int64? = nil, lastPiece: Int64? = nil) -> Int64? {
        limits.next(
            started: started.map { .init(nanoseconds: $0) },
            lastPiece: lastPiece.map { .init(nanoseconds: $0) }
        )?.time.nanoseconds
    }

    @Test func eachPhaseHasItsLimit() {
        let all = limits(deadline: 100, firstByte: 10, idle: 5)
        #expect(next(all) == 100)
        #expect(next(all, started: 20) == 30)
        #expect(next(all, started: 20, lastPiece: 25) == 30)
        #expect(next(all, started: 20, lastPiece: 99) == 100)
        #expect(next(all, started: 95) == 100)
    }

    @Test func nothingIsBoundedUnlessAsked() {
        #expect(next(limits(), started: 1, lastPiece: 2) == nil)
        #expect(next(limits(idle: 5), started: 1) == nil)
        #expect(next(limits(firstByte: 5), started: 1, lastPiece: 2) == nil)
    }

    @Test func errorsNameTheirTimeout() throws {
        let firstByte = try #require(limits(firstByte: 10).next(started: .zero, lastPiece: nil))
        #expect(firstByte.error(reachedServer: .maybe).code == .attemptTimeout)
        #expect(firstByte.error(reachedServer: .maybe).message.contains("first-byte timeout"))
        let idle = try #require(limits(idle: 10).next(started: .zero, lastPiece: .zero))
        #expect(idle.error(reachedServer: .yes).message.contains("idle timeout"))
        #expect(idle.error(reachedServer: .yes).reachedServer == .yes)
    }
}
