import Foundation
import ResilientHTTP
import ResilientHTTPTesting

/// The moody server of a storm, and a witness of answers that come when nobody waits any more.
struct StormTransport: Transport {
    private let mock: MockTransport
    private let storm: CallStorm
    private let ledger: StormLedger

    init(_ storm: CallStorm, ledger: StormLedger, isDeaf: Bool) {
        self.storm = storm
        self.ledger = ledger
        mock = MockTransport(isDeaf: isDeaf)
        mock.on(.any) { _ in Self.answer(storm) }
    }

    var capabilities: TransportCapabilities { mock.capabilities }

    func send(_ request: ClientRequest, context: RequestContext) async throws -> ClientResponse {
        let call = Int(context.options.tags["call"] ?? "") ?? -1
        let began = context.runtime.now
        do {
            let response = try await mock.send(request, context: context)
            note(call, began, context)
            return response
        } catch {
            note(call, began, context)
            throw error
        }
    }

    func shutdown() async {
        await mock.shutdown()
    }

    private func note(_ call: Int, _ began: MonotonicTime, _ context: RequestContext) {
        ledger.noteAnswer(to: call, isAtTimeout: context.runtime.now - began == storm.attemptTimeout)
    }

    private static func answer(_ storm: CallStorm) -> MockAnswer {
        let location: HeaderFields = [.location: "/hop"]
        switch storm.random.next() % 14 {
        case 0, 1: return MockAnswer.ok.after(storm.upTo(30))
        case 2: return .ok
        // Exactly when the attempt timeout passes: the seed decides which of the two is first.
        case 3, 4: return MockAnswer.ok.after(storm.attemptTimeout)
        case 5, 6: return MockAnswer.status(503).after(storm.upTo(10))
        case 7: return .status(503, headers: [.retryAfter: "0"])
        case 8: return MockAnswer.connectionLost().after(storm.upTo(10))
        case 9, 10: return MockAnswer.status(302, headers: location).after(storm.upTo(5))
        case 11: return .stream([Data("a".utf8), Data("b".utf8)], interval: storm.upTo(12))
        default: return .hang
        }
    }
}
