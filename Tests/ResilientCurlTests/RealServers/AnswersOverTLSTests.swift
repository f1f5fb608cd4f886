#if os(Linux)
import Foundation
import RealServers
import ResilientHTTP
import ResilientHTTPTesting
import Testing

@testable import ResilientCurl

extension OverCurl {
    /// What answers and requests look like that went over HTTP/2, beside the same over HTTP/1.1.
    @Suite(.needsServers, .timeLimit(.minutes(1)))
    struct AnswersOverTLSTests {
        private static func with(
            _ site: String,
            usesHTTP2: Bool,
            files: [String: Data] = [:],
            _ body: (SecureClient, ServerPlace) async throws -> Void
        ) async throws {
            try await NginxServer.site(site) { place in
                for (name, data) in files { try place.write(data, to: name) }
            } _: { server in
                try await SecureClient.run(.trusting { $0.usesHTTP2 = usesHTTP2 }) { client in
                    try await body(client, server.place)
                }
            }
        }

        @Test(arguments: [true, false])
        func fieldsComeInTheirOrderAndAsOftenAsTheyWereSent(usesHTTP2: Bool) async throws {
            let site = """
                add_header X-First 1; add_header Set-Cookie a=1; add_header X-Between b; add_header Set-Cookie c=2;
                return 200 text;
                """
            try await Self.with(site, usesHTTP2: usesHTTP2) { client, place in
                let fields = try await client.send(.get, place.url()).headers
                let own = fields.filter { $0.name == .setCookie || "\($0.name)".lowercased().hasPrefix("x-") }
                #expect(own.map { "\($0.name)".lowercased() } == ["x-first", "set-cookie", "x-between", "set-cookie"])
                #expect(own.map(\.value) == ["1", "a=1", "b", "c=2"])
            }
        }

        @Test(arguments: [true, false])
        func fieldsGoInTheirOrderAndAsOftenAsTheyWereSet(usesHTTP2: Bool) async throws {
            try await FaultServer.withServer { behind in
                behind.script(default: [.ok])
                let site = "location / { proxy_pass http://127.0.0.1:\(behind.port); }"
                try await Self.with(site, usesHTTP2: usesHTTP2) { client, place in
                    let (a, b) = (HeaderFields.Name(constant: "X-A"), HeaderFields.Name(constant: "X-B"))
                    let headers: HeaderFields = [b: "1", a: "2", b: "3", .init(constant: "X-Empty"): ""]
                    let body = RequestBody.bytes(Data(repeating: 9, count: 100_000))
                    _ = try await client.send(.put, place.url("/a%2Fb/../c"), headers: headers, body: body)
                    let request = try #require(behind.requests.first)
                    let own = request.headers.filter { $0.name.lowercased().hasPrefix("x-") }
                    #expect(own.map { $0.name.lowercased() } == ["x-b", "x-a", "x-b", "x-empty"])
                    #expect(own.map(\.value) == ["1", "2", "3", ""])
                    #expect(request.body == Data(repeating: 9, count: 100_000))
                    #expect(request.method == "PUT")
                }
            }
        }

        @Test(arguments: [true, false])
        func compressedAnswersAreUnpacked(usesHTTP2: Bool) async throws {
            let site = "gzip on; gzip_types text/plain; gzip_min_length 1; default_type text/plain;"
            let text = Data((0..<20_000).flatMap { "line \($0)\n".utf8 })
            try await Self.with(site, usesHTTP2: usesHTTP2, files: ["text": text]) { client, place in
                let response = try await client.send(.get, place.url("/text"))
                #expect(response.data == text)
                #expect(response.headers[.contentEncoding] == nil)
                let options = RequestOptions(responseLimit: 10_000)
                let error = try await client.failure(.get, place.url("/text"), options: options)
                #expect(error.code == .responseTooLarge)
                let stream = try await client.client.stream(ClientRequest(url: place.url("/text")))
                #expect(try await stream.collect() == text)
            }
        }

        @Test(arguments: [true, false])
        func answersWithoutABodyEnd(usesHTTP2: Bool) async throws {
            let site = "location /none { return 204; }"
            let file = Data((0..<100_000).map { UInt8(truncatingIfNeeded: $0) })
            try await Self.with(site, usesHTTP2: usesHTTP2, files: ["file": file]) { client, place in
                let whole = try await client.send(.get, place.url("/file"))
                #expect(whole.data == file)
                let tag = try #require(whole.headers[.eTag])
                let head = try await client.send(.head, place.url("/file"))
                #expect(head.data.isEmpty)
                #expect(head.headers[.contentLength] == "100000")
                let none = try await client.send(.get, place.url("/none"))
                #expect(none.status == 204 && none.data.isEmpty)
                let same = try await client.send(
                    .get,
                    place.url("/file"),
                    headers: [.init(constant: "If-None-Match"): tag]
                )
                #expect(same.status == 304 && same.data.isEmpty)
                let range = HeaderFields.Name(constant: "Range")
                let part = try await client.send(.get, place.url("/file"), headers: [range: "bytes=100-299"])
                #expect(part.status == 206 && part.data == file[100..<300])
                let missing = try await client.send(.get, place.url("/missing"))
                #expect(missing.status == 404)
                #expect(missing.connection?.isReused == true)
            }
        }

        /// Those after a body whose length was told are not read by libcurl; they trouble nobody.
        @Test(arguments: [true, false])
        func trailersAreKept(isLengthTold: Bool) async throws {
            let trailers = ["--trailer=x-late: one", "--trailer=x-late: two"]
            try await NghttpServer.run(trailers + (isLengthTold ? [] : ["--no-content-length"])) { place in
                try place.write(Data("a body".utf8), to: "file")
            } _: { server in
                try await SecureClient.run { client in
                    for number in 0..<3 {
                        let response = try await client.send(.get, server.place.url("/file"))
                        #expect(response.text == "a body")
                        let late = response.trailers[values: .init(constant: "x-late")]
                        #expect(late == (isLengthTold ? [] : ["one", "two"]))
                        #expect(response.headers[.init(constant: "x-late")] == nil)
                        #expect(response.connection?.isReused == (number > 0))
                    }
                }
            }
        }
    }
}
#endif
