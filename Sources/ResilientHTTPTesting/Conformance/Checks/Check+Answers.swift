import Foundation
import ResilientHTTP

extension TransportConformance.Check {
    static let answers: [Self] = [
        Self(
            "every_status_is_an_answer",
            "Every status from 200 to 599 comes back as an answer",
            "A transport does not judge: 3xx, 4xx and 5xx are answers, known or not."
        ) { trial in
            for status in 200...599 {
                // Those that lead elsewhere say where.
                let headers: HeaderFields = 300..<400 ~= status ? [.location: "/elsewhere"] : [:]
                await trial.play(.text("\(status)", status: status, headers: headers), at: "/\(status)")
                let request = try trial.request(.get, "/\(status)")
                let response = try trial.expectAnswer(await trial.outcome(request), status)
                let hasBody = status != 204 && status != 304
                try trial.expectEqual(response.text, hasBody ? "\(status)" : "", "the body of \(status)")
            }
            let count = await trial.server.received(under: trial.prefix).count
            try trial.expectEqual(count, 400, "requests at the server for 400 statuses")
        },
        Self(
            "redirect_that_leads_nowhere",
            "A redirect without a Location comes back with its body",
            "RFC 9110 §15.4: such an answer is for a person to read."
        ) { trial in
            for status in [301, 302, 303, 305, 307, 308] {
                await trial.play(.text("moved", status: status), at: "/\(status)")
                let request = try trial.request(.get, "/\(status)")
                let response = try trial.expectAnswer(await trial.outcome(request), status)
                try trial.expectEqual(response.text, "moved", "the body of \(status)")
            }
        },
        Self(
            "answers_without_body",
            "204, 304 and answers to HEAD end with their head",
            "RFC 9112 §6.3: whatever their fields say, no body follows, and the next answer is not taken for one."
        ) { trial in
            for (method, status) in [("HEAD", 200), ("GET", 204), ("GET", 304), ("HEAD", 404)] {
                let suffix = "/\(method)-\(status)"
                await trial.play(.text("never sent", status: status, headers: [.eTag: "\"1\""]), at: suffix)
                let request = try trial.request(.init(method), suffix)
                let outcome = await trial.start(request).outcome(within: trial.slack)
                let response = try trial.expectAnswer(outcome, status)
                try trial.expectEqual(response.data.count, 0, "the bytes of \(method) \(status)")
                try trial.expectEqual(response.headers[.eTag], "\"1\"", "ETag")
                await trial.play(.text("next"), at: "/next")
                try trial.expectEqual(try await trial.send(.get, "/next").text, "next", "the answer after it")
            }
        },
        Self(
            "interim_answers_skipped",
            "100 and 103 are not taken for the answer",
            "RFC 9110 §15.2: a client reads on for the final answer.",
            needs: [.wire]
        ) { trial in
            var scenario = ConformanceScenario.text("final", status: 201)
            scenario.interim = [100, 103, 103]
            await trial.play(scenario)
            let response = try await trial.send()
            try trial.expectEqual(response.status.code, 201, "the status")
            try trial.expectEqual(response.text, "final", "the body")
        },
        Self(
            "response_headers_kept",
            "Response header fields come back with their values",
            "RFC 9110 §5.5; names are compared without regard to case."
        ) { trial in
            let fields: HeaderFields = [
                .init(constant: "X-Plain"): "value", .init(constant: "x-lower"): "a, b; c=\"d\"",
                .init(constant: "X-Long"): String(repeating: "l", count: 4_000), .contentType: "text/x-own; a=b",
                .location: "/elsewhere?a=b%20c", .retryAfter: "120",
            ]
            await trial.play(.text("body", headers: fields))
            let seen = try await trial.send().headers
            for field in fields {
                try trial.expectEqual(seen[values: field.name], [field.value], "\(field.name)")
            }
        },
        Self(
            "repeated_response_headers",
            "No value of a repeated response field is lost",
            "RFC 9110 §5.3: as lines in their order, or joined by commas."
        ) { trial in
            let name = HeaderFields.Name(constant: "X-Item")
            await trial.play(
                .text(
                    "",
                    headers: [name: "one", .setCookie: "a=1; Path=/", name: "two", .setCookie: "b=2", name: "three"]
                )
            )
            let seen = try await trial.send().headers
            try trial.expectEqual(seen[values: name].joined(separator: ", "), "one, two, three", "X-Item")
            let cookies = seen[values: .setCookie].joined(separator: ", ").replacing(",", with: ", ").replacing(
                "  ",
                with: " "
            )
            try trial.expectEqual(cookies, "a=1; Path=/, b=2", "Set-Cookie")
        },
        Self(
            "content_encoding_consistent",
            "A compressed body is either decoded or left alone, and its fields say which",
            "RFC 9110 §8.4: decoded bytes without Content-Encoding and without the length of the encoded ones, or the "
                + "encoded bytes with both as they came."
        ) { trial in
            let plain = Data(String(repeating: "compressed ", count: 1_000).utf8)
            let packed = Data(Gzip.stored(Array(plain)))
            await trial.play(.answer(packed, headers: [.contentEncoding: "gzip"]))
            let response = try await trial.send()
            let length = response.headers[.contentLength]
            if let encoding = response.headers[.contentEncoding] {
                try trial.expectEqual(encoding, "gzip", "Content-Encoding")
                try trial.expectBytes(response.data, packed, "the encoded body")
            } else {
                try trial.expectBytes(response.data, plain, "the decoded body")
            }
            try trial.expect(
                length == nil || length == "\(response.data.count)",
                "a Content-Length of the bytes that came, or none",
                seen: "\(length ?? "none") with \(response.data.count) bytes"
            )
        },
    ]
}
