import Foundation
import ResilientHTTP

extension TransportConformance.Check {
    static let secure: [Self] = [
        Self(
            "tls_trusted",
            "A server whose certificate is right is called over TLS",
            "RFC 9110 §4.2.2.",
            over: .trusted
        ) { trial in
            let arrival = try await trial.call(.trusted)
            try trial.expectEqual(arrival.protocolName, "http/1.1", "the protocol, which is all that the server offers")
        },
        refused(
            "tls_unknown_authority_refused",
            "A server whose certificate was issued by nobody whom one trusts is not called",
            .unknownAuthority
        ),
        refused("tls_wrong_host_refused", "A server that shows the certificate of another is not called", .wrongHost),
        refused("tls_expired_refused", "A server whose certificate has expired is not called", .expired),
        Self(
            "http2",
            "HTTP/2 is spoken with servers that offer it",
            "Capability speaksHTTP2, RFC 9113.",
            requires: .speaksHTTP2,
            over: .http2,
            absent: "servers that offer it are called all the same",
            run: { trial in
                try trial.expectEqual(try await trial.call(.http2).protocolName, "h2", "the protocol")
            },
            instead: { try await $0.callWhatOffersHTTP2() }
        ),
        Self(
            "http2_multiplexed",
            "HTTP/2 requests to a server share one connection",
            "Capability speaksHTTP2, RFC 9113 §9.1.",
            requires: .speaksHTTP2,
            over: .http2,
            absent: "servers that offer it are called all the same",
            run: { trial in
                // Whether it can be shared is known from the first answer on.
                _ = try await trial.call(.http2, "/first")
                let flights = try (0..<32).map { trial.start(try trial.request(at: .http2, "/\($0)")) }
                for flight in flights { try trial.expectAnswer(await flight.outcome(within: .seconds(15))) }
                let all = try await trial.arrived(33)
                try trial.expectEqual(all.count, 33, "requests")
                try trial.expectEqual(Set(all.compactMap(\.connection)).count, 1, "connections for 33 requests")
            },
            instead: { try await $0.callWhatOffersHTTP2() }
        ),
    ]

    private static func refused(_ id: String, _ title: String, _ place: ConformancePlace) -> Self {
        Self(
            id,
            title,
            "RFC 9110 §4.3.4. It ends with tlsFailed before the request, so that it has not reached the server.",
            over: place
        ) { trial in
            let flight = trial.start(try trial.request(at: place))
            try trial.expectError(await flight.outcome(within: .seconds(15)), [.tlsFailed], reached: [.no])
            try trial.expectEqual(try await trial.arrived(0).count, 0, "requests at the server")
        }
    }
}

extension Trial {
    fileprivate func request(at place: ConformancePlace, _ suffix: String = "") throws -> ClientRequest {
        guard let url = secure?.urls[place], let target = URL(string: url.absoluteString + prefix + suffix) else {
            throw Mismatch(expected: "\(place)", seen: "none")
        }
        return ClientRequest(url: target)
    }

    /// The requests of this check, as soon as there are so many.
    fileprivate func arrived(_ count: Int) async throws -> [ConformanceRequest] {
        guard let secure else { return [] }
        try await until("\(count) requests at the server") { await secure.received(prefix).count >= count }
        return await secure.received(prefix)
    }

    /// What the server has seen of a request that was answered.
    fileprivate func call(_ place: ConformancePlace, _ suffix: String = "") async throws -> ConformanceRequest {
        try expectAnswer(await start(request(at: place, suffix)).outcome(within: .seconds(15)))
        return try Self.only(await arrived(1))
    }

    /// Any server, where none of these was given.
    fileprivate func callWhatOffersHTTP2() async throws {
        if secure?.urls[.http2] == nil { _ = try await send() } else { _ = try await call(.http2) }
    }
}
