import Foundation
import ResilientHTTP

extension TransportConformance.Check {
    static let once: [Self] = [
        Self(
            "redirects_come_back",
            "Redirects are answers and are not followed",
            "The redirect stage follows them, with what is known about credentials and bodies."
        ) { trial in
            for status in [301, 302, 303, 307, 308] {
                let target = HeaderFields.Field(name: .location, value: trial.prefix + "/target")
                await trial.play(.text("moved", status: status, headers: HeaderFields([target])), at: "/\(status)")
                for method in [ClientRequest.Method.get, .post] {
                    let request = try trial.request(method, "/\(status)", body: method == .post ? .text("x") : .empty)
                    let response = try trial.expectAnswer(await trial.outcome(request), status)
                    try trial.expectEqual(response.headers[.location], target.value, "Location")
                }
                try trial.expectEqual(await trial.received("/target").count, 0, "requests at the target")
                try trial.expectEqual(await trial.received("/\(status)").count, 2, "requests at the origin")
            }
        },
        Self(
            "no_cookies",
            "Cookies are not kept",
            "What one caller is given must not be sent for another."
        ) { trial in
            await trial.play(.text("", headers: [.setCookie: "secret=1; Path=/; Max-Age=3600"]))
            _ = try await trial.send()
            _ = try await trial.send()
            let sent = await trial.received().flatMap { $0.headers[values: .cookie] }
            try trial.expectEqual(sent, [], "cookies sent")
        },
        Self(
            "no_cache",
            "The same GET twice arrives twice, without conditions",
            "The cache is a stage."
        ) { trial in
            let headers: HeaderFields = [
                .cacheControl: "public, max-age=3600", .eTag: "\"1\"", .lastModified: "Sun, 06 Nov 1994 08:49:37 GMT",
            ]
            await trial.play(.text("first", headers: headers), .text("second", headers: headers))
            try trial.expectEqual(try await trial.send().text, "first", "the first body")
            try trial.expectEqual(try await trial.send().text, "second", "the second body")
            let conditions = await trial.received().flatMap(\.headers).filter { $0.name.canonicalName.hasPrefix("if-") }
            try trial.expectEqual(conditions.map(\.name.rawName), [], "conditional fields")
        },
        Self(
            "challenge_is_an_answer",
            "A 401 with a challenge comes back, with its body, and nothing is sent again",
            "Credentials are a stage."
        ) { trial in
            let challenges = ["Basic realm=\"r\"", "Bearer", "Digest realm=\"r\", nonce=\"n\""]
            for (index, challenge) in challenges.enumerated() {
                let headers: HeaderFields = [.init(constant: "WWW-Authenticate"): challenge]
                await trial.play(.text("who?", status: 401, headers: headers), at: "/\(index)")
                let flight = trial.start(try trial.request(.get, "/\(index)"))
                let response = try trial.expectAnswer(await flight.outcome(within: trial.slack), 401)
                try trial.expectEqual(response.text, "who?", "the body")
                try trial.expectEqual(await trial.received("/\(index)").count, 1, "requests at the server")
            }
        },
        Self(
            "failures_are_not_repeated",
            "What the server calls a passing failure is not tried again",
            "Retrying is a stage; also 503 with Retry-After: 0."
        ) { trial in
            for status in [408, 429, 502, 503] {
                await trial.play(.text("", status: status, headers: [.retryAfter: "0"]), at: "/\(status)")
                for method in [ClientRequest.Method.get, .post] {
                    try trial.expectAnswer(await trial.outcome(try trial.request(method, "/\(status)")), status)
                }
                try trial.expectEqual(await trial.received("/\(status)").count, 2, "requests at the server")
            }
        },
        Self(
            "post_is_sent_once",
            "A POST whose connection is closed in silence is delivered once and may have arrived",
            "RFC 9110 §9.2.2: it must not be repeated, and nobody knows whether it was carried out."
        ) { trial in
            for (name, beginning) in [("close", ConformanceScenario.Beginning.close), ("reset", .reset)] {
                for (kind, body) in [("none", RequestBody.empty), ("bytes", .text("order"))] {
                    let suffix = "/\(name)-\(kind)"
                    await trial.play(.beginning(beginning), .text("repeated"), at: suffix)
                    let outcome = await trial.outcome(try trial.request(.post, suffix, body: body))
                    try trial.expectError(outcome, [.connectionLost], reached: [.maybe])
                    try trial.expectEqual(await trial.received(suffix).count, 1, "requests at the server")
                }
            }
        },
        Self(
            "never_repeats_on_stale_connections",
            "A POST on a kept connection that the server has left is delivered once at most",
            "Capability neverRepeats.",
            requires: .neverRepeats,
            needs: [.connections],
            absent: "a POST on a stale connection ends with an answer or with an error that admits it may have arrived",
            insteadNeeds: [.connections],
            run: { trial in
                for (kind, body) in [("none", RequestBody.empty), ("bytes", .text("order"))] {
                    let suffix = "/\(kind)"
                    try await trial.postOnStale(suffix, body)
                    let deliveries = await trial.server.deliveries(at: trial.prefix + suffix)
                    // One is the request that made the connection.
                    try trial.expect(deliveries <= 2, "one delivery of the POST at most", seen: "\(deliveries - 1)")
                }
            },
            instead: { try await $0.postOnStale("", .text("order")) }
        ),
    ]
}

extension Trial {
    /// A POST after an answer whose connection goes stale with it.
    fileprivate func postOnStale(_ suffix: String, _ body: RequestBody) async throws {
        await play(.answer(afterwards: .goesStale), .text("second"), at: suffix)
        _ = try await send(.get, suffix)
        let outcome = await outcome(try request(.post, suffix, body: body))
        if case .failure = outcome {
            try expectError(outcome, [.connectionLost], reached: [.maybe])
        } else {
            try expectAnswer(outcome)
        }
    }
}
