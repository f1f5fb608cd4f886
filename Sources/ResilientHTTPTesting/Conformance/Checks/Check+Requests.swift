import Foundation
import ResilientHTTP

extension TransportConformance.Check {
    static let requests: [TransportConformance.Check] = [
        Self(
            "method_as_sent",
            "The method arrives as it was given",
            "RFC 9110 §9.1: a method is a case-sensitive token, and the list of methods is open."
        ) { trial in
            for name in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "X-Own"] {
                _ = try await trial.send(ClientRequest.Method(name), "/\(name)")
                try trial.expectEqual(try await trial.arrival("/\(name)").method, name, "the method")
            }
        },
        Self(
            "target_as_sent",
            "Path and query arrive byte for byte, without the fragment",
            "Percent-encoding is part of the address: a transport neither decodes nor adds nor re-orders anything. (Dot "
                + "segments are not looked at: RFC 3986 §6.2.2.3 lets any client remove them.)"
        ) { trial in
            for suffix in targets {
                let sent = try trial.url(suffix).absoluteString.dropFirst(trial.server.url.absoluteString.count)
                _ = try await trial.send(.get, suffix)
                let seen = await trial.server.received(under: trial.prefix).last?.target
                try trial.expectEqual(seen, String(sent.prefix { $0 != "#" }), "the target")
            }
        },
        Self(
            "header_values_as_sent",
            "Header fields arrive with their values",
            "RFC 9110 §5.5. Names may be re-spelled in another case."
        ) { trial in
            var sent: HeaderFields = [
                .authorization: "Bearer abc.DEF-123_~+/==", .accept: "text/plain;q=0.5, */*;q=0.1",
                .userAgent: "own/1.0 (a; b)", .cookie: "a=1; b=\"2\"",
            ]
            for (index, value) in values.enumerated() {
                if let name = HeaderFields.Name("X-Value-\(index)") { sent.append(value, for: name) }
            }
            _ = try await trial.send(headers: sent)
            let seen = try await trial.arrival().headers
            for field in sent {
                try trial.expectEqual(seen[values: field.name], [field.value], "\(field.name), once")
            }
        },
        Self(
            "repeated_headers_in_order",
            "A repeated header field keeps its order",
            "RFC 9110 §5.3: lines of one name stay in their order, as lines or joined by commas (Cookie by semicolons)."
        ) { trial in
            let name = HeaderFields.Name(constant: "X-Repeated")
            let headers = HeaderFields(["one", "two", "three"].map { HeaderFields.Field(name: name, value: $0) })
            _ = try await trial.send(headers: headers)
            let seen = try await trial.arrival().headers
            try trial.expectEqual(seen[values: name].joined(separator: ", "), "one, two, three", "X-Repeated")
            let cookies: HeaderFields = [.cookie: "a=1", .cookie: "b=2"]
            _ = try await trial.send(.get, "/cookies", headers: cookies)
            let pairs = try await trial.arrival("/cookies").headers[values: .cookie]
            try trial.expectEqual(pairs.joined(separator: "; "), "a=1; b=2", "Cookie")
        },
        Self(
            "no_invented_headers",
            "Nothing is sent that the caller did not set, but for a short list",
            "See TransportConformance.fieldsOfTheTransport; Content-Type and Expect only with a body."
        ) { trial in
            let withBody: Set<HeaderFields.Name> = [.contentType, HeaderFields.Name(constant: "Expect")]
            let allowed = Set(TransportConformance.fieldsOfTheTransport)
            for (suffix, body) in [("/none", RequestBody.empty), ("/some", .text("body"))] {
                _ = try await trial.send(
                    body.isEmpty ? .get : .post,
                    suffix,
                    headers: [.init(constant: "X-Own"): "1"],
                    body: body
                )
                let names = Set(try await trial.arrival(suffix).headers.map(\.name))
                let invented = names.subtracting(body.isEmpty ? allowed.subtracting(withBody) : allowed)
                    .subtracting([HeaderFields.Name(constant: "X-Own")])
                try trial.expect(
                    invented.isEmpty,
                    "no field of the transport's own with \(body)",
                    seen: invented.map(\.rawName).sorted().joined(separator: ", ")
                )
            }
        },
        Self(
            "host_is_the_authority",
            "Host is the URL's host and port",
            "RFC 9112 §3.2.",
            needs: [.wire]
        ) { trial in
            _ = try await trial.send()
            let authority = trial.server.url.absoluteString.drop { $0 != "/" }.dropFirst(2)
            try trial.expectEqual(try await trial.arrival().headers[values: .host], [String(authority)], "Host, once")
        },
        Self(
            "content_type_rule",
            "The body's content type is sent, unless the caller set one",
            "The transport adds RequestBody.contentType when the request has no Content-Type.",
            needs: [.wire]
        ) { trial in
            _ = try await trial.send(.post, "/body", body: .bytes(Data("{}".utf8), contentType: "application/x-own"))
            let added = try await trial.arrival("/body").headers[values: .contentType]
            try trial.expectEqual(added, ["application/x-own"], "the body's Content-Type")
            _ = try await trial.send(.post, "/caller", headers: [.contentType: "text/x-caller"], body: .text("body"))
            let kept = try await trial.arrival("/caller").headers[values: .contentType]
            try trial.expectEqual(kept, ["text/x-caller"], "the caller's Content-Type")
        },
        Self(
            "header_injection_refused",
            "Values that would inject header lines or requests are refused",
            "RFC 9110 §5.5, RFC 9112 §11.1: CR, LF and NUL are refused, never repaired, and nothing is sent."
        ) { trial in
            let name = HeaderFields.Name(constant: "X-Value")
            for value in [
                "a\r\nX-Injected: 1", "a\nX-Injected: 1", "a\rX-Injected: 1", "a\0b", "a\r\n\r\nGET /x HTTP/1.1",
            ] {
                let outcome = await trial.outcome(try trial.request(headers: [name: value]))
                try trial.expectError(outcome, [.invalidRequest], reached: [.no])
            }
            let method = ClientRequest.Method("GET / HTTP/1.1\r\nX-Injected: 1\r\n\r\nGET")
            try trial.expectError(await trial.outcome(try trial.request(method)), [.invalidRequest], reached: [.no])
            let body = RequestBody.bytes(Data("x".utf8), contentType: "text/plain\r\nX-Injected: 1")
            let typed = await trial.outcome(try trial.request(.post, body: body))
            try trial.expectError(typed, [.invalidRequest], reached: [.no])
            try trial.expectEqual(await trial.server.received(under: trial.prefix).count, 0, "requests at the server")
        },
        Self(
            "framing_is_the_transports",
            "A caller cannot set framing that disagrees with the body",
            "RFC 9112 §6.3 and §11.2 (request smuggling): refused, or replaced by what is right."
        ) { trial in
            let length = HeaderFields.Name.contentLength
            let encoding = HeaderFields.Name(constant: "Transfer-Encoding")
            for (index, field) in [(length, "2"), (length, "9000"), (encoding, "chunked")].enumerated() {
                let suffix = "/\(index)"
                let request = try trial.request(.post, suffix, headers: [field.0: field.1], body: .text("bytes"))
                let outcome = await trial.start(request).outcome(within: trial.slack)
                if case .failure(let error as ResilientError) = outcome {
                    try trial.expectError(.failure(error), [.invalidRequest, .unsupported], reached: [.no])
                    try trial.expectEqual(await trial.received(suffix).count, 0, "requests at the server")
                } else {
                    try trial.expectAnswer(outcome)
                    try trial.expectBytes(try await trial.arrival(suffix).body, Data("bytes".utf8), "the body")
                }
            }
        },
    ]

    private static let targets = [
        "/plain", "/a%20b", "/a%2Fb%2fc", "/%C3%A9", "/semi;v=1,2", "/col:on@at", "/~-._", "/sub!$&'()*+,=",
        "//double//slash", "/trailing/", "?a=1&a=2&b", "?plus=a+b%2Bc%20d", "?", "?x=/?:@", "?json=%7B%22a%22%3A1%7D",
        "/with?query#fragment", "/only#fragment",
    ]

    private static let values = [
        "plain", "\"quoted, comma\"; q=0.5", ";", ",", "a,b", "in  ner", "tab\tinside", "100%", "%0d%0aX-Injected:%201",
        "a:b", "grün", String(repeating: "long ", count: 800) + "end",
    ]
}
