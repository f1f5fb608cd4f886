import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

/// Whatever a server says, a call succeeds as if there were no cache.
@Suite struct CacheBadInputTests {
    private static let names = [
        "Cache-Control", "Expires", "Date", "Age", "Last-Modified", "ETag", "Vary", "Connection", "Pragma",
        "Set-Cookie",
        "Content-Length", "Content-Range", "Location",
    ]
    private static let values = [
        "", ",", ",,,", "\"", "\"\"", "\\", "=", "=1", "*", "* , *", "0", "-1", "+1", "99999999999999999999999999",
        "1e9",
        "NaN", "max-age", "max-age=", "max-age=-1", "max-age=99999999999999999999", "max-age=1, max-age=2",
        "max-age=\"",
        "no-cache=\"a", "private, public, no-store, max-age=5", "stale-while-revalidate=x, stale-if-error=", "W/",
        "W/\"",
        "Sun, 06 Nov 1994 08:49:37 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 01 Jan 0000 00:00:00 GMT",
        "Sun, 99 Foo 1994 99:99:99 XYZ", "Sunday, 06-Nov-94 08:49:37 GMT", "close, vary, cache-control", "ü", "a b c",
        "bytes 0-1/*", "http://[::1", "///",
    ]

    @Test(arguments: [UInt64(1), 2, 3, 4])
    func noFieldOfAnAnswerMakesACallFail(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var answers: [MockAnswer] = []
        for _ in 0..<500 {
            var headers = HeaderFields()
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                guard let name = Self.names.randomElement(using: &generator),
                    let value = Self.values.randomElement(using: &generator)
                else { continue }
                headers.append(value, for: try #require(.init(name)))
            }
            let status = [200, 200, 200, 203, 204, 206, 301, 404, 503, 599].randomElement(using: &generator) ?? 200
            answers.append(.status(.init(status), headers: headers, body: "body"))
        }
        let transport = MockTransport(answers)
        let configuration = Configuration.caching {
            $0.staleIfError = .seconds(5)
            $0.staleWhileRevalidate = .seconds(1)
        }
        try simulate(configuration, transport: transport) { client, simulation async throws in
            for number in 0..<500 {
                let method: ClientRequest.Method = number % 11 == 0 ? .post : number % 7 == 0 ? .head : .get
                let headers: HeaderFields =
                    number % 5 == 0 ? [.cacheControl: Self.values[number % Self.values.count]] : [:]
                let response = try await client.fetch("x", headers, method: method)
                #expect(response.status == 504 || response.status.code >= 200)
                try await simulation.sleep(for: .milliseconds(number % 3 * 700))
            }
        }
        #expect(transport.requestCount > 100)
    }

    @Test(arguments: values)
    func noFieldOfARequestMakesACallFail(value: String) throws {
        try simulate(.caching(), transport: MockTransport(.fresh(60, tag: "\"a\""))) { client, _ async throws in
            _ = try await client.fetch()
            for name in ["Cache-Control", "Pragma", "If-None-Match", "If-Modified-Since", "Range", "If-Range"] {
                let response = try await client.fetch("x", [.init(name)!: value])
                #expect([200, 206, 304].contains(response.status.code))
            }
        }
    }
}
