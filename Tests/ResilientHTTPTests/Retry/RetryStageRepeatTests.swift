import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

/// What may be sent twice.
extension RetryStageTests {
    @Test func aPostIsNotRepeatedWhenItMayHaveBeenCarriedOut() throws {
        for answer in [MockAnswer.status(503), .connectionLost(), .status(429, headers: [.retryAfter: "0"])] {
            let transport = MockTransport(answer, .ok)
            _ = try? simulate(configuration(), transport: transport) { client, _ in
                try await client.send(ClientRequest(method: .post, url: .example("a"), body: .text("x")))
            }
            #expect(transport.requestCount == 1)
        }
    }

    @Test func aPostIsRepeatedWhenNothingOfItWasSent() throws {
        let transport = MockTransport(.connectFailed, .ok)
        let response = try simulate(configuration(), transport: transport) { client, _ in
            try await client.send(ClientRequest(method: .post, url: .example("a"), body: .text("x")))
        }
        #expect(response.status == 200)
        #expect(transport.requestCount == 2)
    }

    @Test func anIdempotencyKeyMakesAPostRepeatableAndStaysTheSame() throws {
        let transport = MockTransport(.status(503), .status(503), .ok)
        let configuration = configuration { $0.generatesIdempotencyKeys = true }
        let response = try simulate(configuration, transport: transport) { client, _ in
            try await client.send(ClientRequest(method: .post, url: .example("a"), body: .text("x")))
        }
        let keys = transport.requests.map { $0.request.headers[.idempotencyKey] }
        #expect(keys.count == 3)
        #expect(Set(keys) == [response.requestID?.description])
    }

    @Test func aKeyOfTheCallersOwnIsKept() throws {
        let transport = MockTransport(.status(503), .ok)
        let configuration = configuration { $0.generatesIdempotencyKeys = true }
        _ = try simulate(configuration, transport: transport) { client, _ in
            try await client.post("https://example.com/a", options: .init(idempotencyKey: "order-7"))
        }
        #expect(transport.requests.map { $0.request.headers[.idempotencyKey] } == ["order-7", "order-7"])
    }

    @Test func theServerMayAskForAPostAgainWhenTheConfigurationLetsIt() throws {
        let asks: [MockAnswer] = [
            .status(503, headers: [.retryAfter: "1"]),
            .status(500, headers: [HeaderFields.Name(constant: "x-should-retry"): "true"]),
        ]
        for ask in asks {
            let transport = MockTransport(ask, .ok)
            let response = try simulate(configuration { $0.unsafeRequests = .ifServerAsks }, transport: transport) {
                client,
                _ in
                try await client.send(ClientRequest(method: .post, url: .example("a")))
            }
            #expect(response.status == 200)
        }
    }

    @Test func neverMeansNeverAndAlwaysMeansAlways() throws {
        let never = MockTransport(.connectFailed, .ok)
        #expect(throws: ResilientError.self) {
            try simulate(configuration { $0.unsafeRequests = .never }, transport: never) { client, _ in
                try await client.send(ClientRequest(method: .post, url: .example("a")))
            }
        }
        #expect(never.requestCount == 1)

        let keyed = MockTransport(.status(503), .ok)
        _ = try simulate(configuration { $0.unsafeRequests = .never }, transport: keyed) { client, _ in
            try await client.send(
                ClientRequest(method: .post, url: .example("a")),
                options: .init(idempotencyKey: "k")
            )
        }
        #expect(keyed.requestCount == 1)

        let always = MockTransport(.status(500), .ok)
        _ = try simulate(configuration { $0.unsafeRequests = .always }, transport: always) { client, _ in
            try await client.send(ClientRequest(method: .post, url: .example("a")))
        }
        #expect(always.requestCount == 2)
    }

    @Test func aBodyThatCanBeReadOnceIsSentOnce() throws {
        let transport = MockTransport(.status(503), .ok)
        let chunks = AsyncThrowingStream<Data, any Error> { $0.finish() }
        let response = try simulate(configuration(), transport: transport) { client, _ in
            try await client.send(ClientRequest(method: .put, url: .example("a"), body: .once(chunks)))
        }
        #expect(response.status == 503)
        #expect(transport.requestCount == 1)
        #expect(response.explanation.description.contains("only once"))
    }

    @Test func aBodyIsReplayedAtEveryAttempt() async throws {
        let transport = MockTransport(.status(503), .status(503), .ok)
        _ = try simulate(configuration(), transport: transport) { client, _ in
            try await client.put("https://example.com/a", json: ["x": 1])
        }
        for recorded in transport.requests {
            let body = try await recorded.request.body.collect()
            #expect(String(decoding: body, as: UTF8.self) == #"{"x":1}"#)
        }
        #expect(transport.requestCount == 3)
    }
}
