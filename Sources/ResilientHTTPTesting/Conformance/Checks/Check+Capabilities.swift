import Foundation
import ResilientHTTP

extension TransportConformance.Check {
    static let capabilities: [Self] = [
        Self(
            "ipv6_literals",
            "Hosts given as IPv6 literals are called",
            "Capability callsIPv6Literals.",
            requires: .callsIPv6Literals,
            absent: "they are refused with unsupported, and nothing is sent",
            run: { trial in
                // Refused by the other side is called: a transport that cannot says so before.
                try await trial.expectFailure(of: .ipv6Literal, [.connectFailed])
            },
            instead: { try await $0.expectFailure(of: .ipv6Literal, [.unsupported]) }
        ),
        Self(
            "connect_timeout",
            "Connecting is bounded by its own timeout",
            "Capability hasConnectTimeout, WireTimeouts.connect.",
            requires: .hasConnectTimeout,
            absent: "connecting is bounded by the attempt's timeout, in a client at the latest",
            run: { trial in
                guard let url = try trial.server.url(of: .silent) else { throw trial.misses(.silent) }
                let context = trial.context(wire: WireTimeouts(connect: .milliseconds(300)))
                let outcome = await trial.start(ClientRequest(url: url), context).outcome(within: trial.slack)
                try trial.expectError(outcome, [.connectFailed, .attemptTimeout], reached: [.no])
            },
            instead: { trial in
                guard let url = try trial.server.url(of: .silent) else { throw trial.misses(.silent) }
                let client = try trial.client()
                let flight = Flight(runtime: trial.runtime) {
                    try await client.send(
                        ClientRequest(url: url),
                        options: RequestOptions(attemptTimeout: .milliseconds(300))
                    )
                }
                try trial.expectError(await flight.outcome(within: trial.slack), [.attemptTimeout, .connectFailed])
                await client.shutdown(grace: .zero)
            }
        ),
        Self(
            "trailers",
            "Fields after a chunked body are kept",
            "Capability keepsTrailers, RFC 9110 §6.5.",
            requires: .keepsTrailers,
            needs: [.wire],
            absent: "fields after a chunked body are left out, and the body arrives whole",
            insteadNeeds: [.wire],
            run: { trial in
                let scenario = await trial.playTrailers()
                for _ in 0..<2 {
                    let response = try await trial.send()
                    try trial.expectEqual(response.text, "body", "the body")
                    try trial.expectEqual(response.trailers, scenario.trailers, "the trailers")
                }
                let stream = try await trial.open()
                _ = try await stream.body.collect(limit: .max)
                try trial.expectEqual(stream.trailers, scenario.trailers, "the trailers of a stream")
            },
            instead: { trial in
                _ = await trial.playTrailers()
                try trial.expectEqual(try await trial.send().text, "body", "the body")
                try trial.expectEqual(try await trial.send().text, "body", "the body of the next answer")
            }
        ),
        Self(
            "connection_facts",
            "Answers tell of their connection",
            "Capability tellsConnections, ConnectionFacts.",
            requires: .tellsConnections,
            needs: [.connections],
            absent: "answers tell nothing of it",
            run: { trial in
                await trial.play(.text("kept"))
                let (first, second) = (try await trial.send().connection, try await trial.send().connection)
                try trial.expectEqual(first?.isReused, false, "whether the first connection was kept")
                try trial.expectEqual(second?.isReused, true, "whether the second connection was kept")
                try trial.expect(first?.connect != nil, "the time to connect", seen: "none")
                try trial.expectEqual(second?.connect, nil, "the time to connect of a kept connection")
                for facts in [first, second] {
                    try trial.expectEqual(facts?.protocolName, "http/1.1", "the protocol")
                    try trial.expectEqual(facts?.peerPort, trial.server.url.port, "the port")
                    try trial.expect(facts?.firstByte != nil, "the time to the first byte", seen: "none")
                }
            },
            instead: { trial in
                await trial.play(.text("kept"))
                try trial.expectEqual(try await trial.send().connection, nil, "the connection")
            }
        ),
        Self(
            "http2",
            "HTTP/2 is spoken with servers that offer it",
            "Capability speaksHTTP2, RFC 9113.",
            requires: .speaksHTTP2,
            absent: "HTTP/1.1 is spoken",
            impossible: "HTTP/2 is offered by TLS servers, and there is none to play with yet",
            run: { _ in },
            instead: { _ = try await $0.send() }
        ),
        Self(
            "idle_connections_limited",
            "No more idle connections are kept, and no longer, than the pool's configuration says",
            "Capability limitsIdleConnections.",
            requires: .limitsIdleConnections,
            absent: "requests are answered whatever becomes of idle connections",
            impossible: "the suite is given ready transports and does not know how to configure their pool",
            run: { _ in },
            instead: { _ = try await $0.send() }
        ),
        Self(
            "dns_cache_time",
            "A looked-up address is used as long as the pool's configuration says",
            "Capability setsDNSCacheTime.",
            requires: .setsDNSCacheTime,
            absent: "requests are answered whatever is kept of addresses",
            impossible: "the suite is given ready transports, and has no name server to play with",
            run: { _ in },
            instead: { _ = try await $0.send() }
        ),
    ]
}

extension Trial {
    fileprivate func misses(_ place: ConformancePlace) -> Mismatch {
        Mismatch(expected: "a server with \(place)", seen: "\(type(of: server)) has none")
    }

    fileprivate func expectFailure(of place: ConformancePlace, _ codes: [ResilientError.Code]) async throws {
        guard let url = try server.url(of: place) else { throw misses(place) }
        let flight = start(ClientRequest(url: url))
        try expectError(await flight.outcome(within: slack), codes, reached: [.no])
    }
}
