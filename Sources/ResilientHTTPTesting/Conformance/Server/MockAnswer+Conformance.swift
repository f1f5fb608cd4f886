import Foundation
import ResilientHTTP

extension MockAnswer {
    /// A scenario as an answer of the mock.
    static func playing(
        _ scenario: ConformanceScenario,
        to arrival: MockArrival,
        _ recorded: RecordedRequest
    ) -> MockAnswer {
        let wire = recorded.wireTimeouts
        if let limit = wire.firstByte, scenario.beginning == .silence || scenario.delay > limit {
            return .error(timeout("first-byte", limit, .maybe)).after(limit)
        }
        let answer: MockAnswer =
            switch scenario.beginning {
            case .silence: .hang
            case .close, .reset: .connectionLost()
            case .head: head(scenario, to: arrival, recorded)
            }
        return scenario.delay > .zero ? answer.after(scenario.delay) : answer
    }

    private static func head(
        _ scenario: ConformanceScenario,
        to arrival: MockArrival,
        _ recorded: RecordedRequest
    ) -> MockAnswer {
        guard scenario.hasBody(for: arrival.request.method.rawValue) else {
            return .response(ClientResponse(status: .init(scenario.status), headers: scenario.headers))
        }
        let pauses = scenario.pieces.compactMap { if case .pause(let pause) = $0 { pause } else { nil } }
        let chunks = scenario.pieces.compactMap { if case .bytes(let bytes) = $0 { bytes } else { nil } }
        let longest = scenario.ending.isSilence ? Duration.longest : pauses.max() ?? .zero
        if scenario.ending.isSilence, recorded.deadline == nil, recorded.wireTimeouts.idle == nil {
            let body = arrival.endlessBody(chunks)
            return .response(
                ClientResponse(status: .init(scenario.status), headers: scenario.headers, body: body)
            )
        }
        if let idle = recorded.wireTimeouts.idle, longest > idle {
            return .stream([], interval: idle, headers: scenario.headers, endingWith: timeout("idle", idle, .yes))
        }
        if longest > .zero || scenario.ending.isBroken {
            let lost = ResilientError(.connectionLost, "the mock lost the connection", reachedServer: .yes)
            return .stream(
                chunks,
                interval: longest,
                headers: scenario.headers,
                endingWith: scenario.ending.isBroken ? lost : nil
            )
        }
        var response = ClientResponse(status: .init(scenario.status), headers: scenario.headers)
        response.body =
            arrival.isStreamed
            ? .stream(BodyAfterUpload(arrival: arrival, body: scenario.body)) : .bytes(scenario.body)
        return .response(response)
    }

    private static func timeout(
        _ name: String,
        _ limit: Duration,
        _ reached: ResilientError.ReachedServer
    ) -> ResilientError {
        ResilientError(
            .attemptTimeout,
            "the scenario is slower than the \(name) timeout of \(limit.decimalSeconds) s",
            reachedServer: reached
        )
    }
}

/// A body that comes when the request's has been read.
///
/// A mock's rule cannot wait, and a server answers when it has read the upload; so the reading is a part of the answer.
private struct BodyAfterUpload: AsyncSequence, Sendable {
    let arrival: MockArrival
    let body: Data

    func makeAsyncIterator() -> Iterator { Iterator(upload: self) }

    struct Iterator: AsyncIteratorProtocol {
        let upload: BodyAfterUpload
        private var isOver = false

        init(upload: BodyAfterUpload) {
            self.upload = upload
        }

        mutating func next() async throws -> Data? {
            try await next(isolation: nil)
        }

        mutating func next(isolation actor: isolated (any Actor)?) async throws(any Error) -> Data? {
            guard !isOver else { return nil }
            isOver = true
            try await upload.arrival.readBody()
            return upload.body
        }
    }
}

extension ConformanceScenario.Ending {
    fileprivate var isSilence: Bool {
        if case .silence = self { true } else { false }
    }

    fileprivate var isBroken: Bool {
        switch self {
        case .cut, .reset: true
        case .complete, .silence: false
        }
    }
}
