import Foundation
import ResilientHTTP

extension TransportConformance.Check {
    static let failures: [Self] = [
        Self(
            "connection_refused",
            "A refused connection is connectFailed, and nothing was sent",
            "Only a proof lets a POST be sent again."
        ) { trial in
            try await trial.expectFailure(at: .refusing, [.connectFailed])
        },
        Self(
            "unresolvable_name",
            "A name without an address is nameResolutionFailed, and nothing was sent",
            "Only a proof lets a POST be sent again."
        ) { trial in
            try await trial.expectFailure(at: .unresolvable, [.nameResolutionFailed])
        },
        Self(
            "closed_before_head",
            "A connection that ends before the answer is connectionLost, perhaps delivered",
            "ResilientError.reachedServer is maybe: the server has the request."
        ) { trial in
            for (suffix, beginning) in [("/close", ConformanceScenario.Beginning.close), ("/reset", .reset)] {
                await trial.play(.beginning(beginning), at: suffix)
                let outcome = await trial.outcome(try trial.request(.post, suffix, body: .text("order")))
                try trial.expectError(outcome, [.connectionLost], reached: [.maybe])
            }
        },
        Self(
            "cut_body_of_a_length",
            "A body that ends before its length is connectionLost, never a success",
            "RFC 9112 §8: an incomplete message."
        ) { trial in
            let part = Data(repeating: 1, count: 500)
            for (suffix, ending) in [("/cut", ConformanceScenario.Ending.cut), ("/reset", .reset)] {
                await trial.play(.answer(part, framing: .declared(1_000), ending: ending), at: suffix)
                let outcome = await trial.outcome(try trial.request(.get, suffix))
                try trial.expectError(outcome, [.connectionLost], reached: [.maybe, .yes])
            }
        },
        Self(
            "cut_chunked_body",
            "A chunked body without its last chunk is connectionLost, never a success",
            "RFC 9112 §8: an incomplete message."
        ) { trial in
            let part = Data(repeating: 1, count: 500)
            for (suffix, ending) in [("/cut", ConformanceScenario.Ending.cut), ("/reset", .reset)] {
                await trial.play(.answer(part, framing: .chunked, ending: ending), at: suffix)
                let outcome = await trial.outcome(try trial.request(.get, suffix))
                try trial.expectError(outcome, [.connectionLost], reached: [.maybe, .yes])
            }
        },
        Self(
            "next_request_after_a_failure",
            "A failure leaves the transport usable",
            "A connection that broke is not used again."
        ) { trial in
            for (suffix, beginning) in [("/close", ConformanceScenario.Beginning.close), ("/reset", .reset)] {
                await trial.play(.beginning(beginning), at: suffix)
                // A client may repeat a GET by itself, so it is a POST that fails.
                let outcome = await trial.outcome(try trial.request(.post, suffix, body: .text("x")))
                try trial.expectError(outcome, [.connectionLost])
                await trial.play(.text("well"), at: suffix + "/next")
                try trial.expectEqual(try await trial.send(.get, suffix + "/next").text, "well", "the next answer")
            }
        },
    ]
}

extension Trial {
    fileprivate func expectFailure(at place: ConformancePlace, _ codes: [ResilientError.Code]) async throws {
        guard let url = try server.url(of: place) else {
            throw Mismatch(expected: "a server with \(place)", seen: "\(type(of: server)) has none")
        }
        for request in [ClientRequest(url: url), ClientRequest(method: .post, url: url, body: .text("order"))] {
            try expectError(await outcome(request), codes, reached: [.no])
        }
    }
}
