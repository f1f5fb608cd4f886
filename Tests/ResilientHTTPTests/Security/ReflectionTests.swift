import Foundation
import ResilientHTTP
import Testing

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Secrets are put into every type that can hold one; what printing and dumping reach must not show them.
@Suite("Secrets in reflection")
struct ReflectionTests {
    private static let secrets: HeaderFields = [
        .authorization: "Bearer canary", .cookie: "canary", .init("X-Auth-Key") ?? .accept: "canary",
    ]
    private static let url = URL(string: "https://user:canary@h.example/a?token=canary#access_token=canary")

    private func check(_ value: Any, sourceLocation: SourceLocation = #_sourceLocation) {
        var dumped = ""
        dump(value, to: &dumped)
        let children = Mirror(reflecting: value).children.map { "\($0.value)" }
        for text in ["\(value)", String(reflecting: value), String(describing: value), dumped] + children {
            #expect(!text.contains("canary"), "\(text)", sourceLocation: sourceLocation)
        }
        #expect(!dumped.isEmpty)
    }

    @Test("Messages and their parts")
    func messages() throws {
        let url = try #require(Self.url)
        let request = ClientRequest(method: .post, url: url, headers: Self.secrets, body: .text("canary"))
        check(request)
        check(request.headers)
        check(try #require(request.headers.first))
        check(request.body)
        var response = ClientResponse(
            status: 401,
            headers: [.setCookie: "canary"],
            body: .bytes(Data("canary".utf8), trailers: Self.secrets)
        )
        response.url = url
        check(response)
        check(response.body)
        check(Fallback.endpoint(url, headers: Self.secrets))
        check(Fallback.value(response))
        check(FailedAttempt(attempt: 1, failureClass: .throttled, request: request, response: response))
        let key = CacheKey(scope: .anonymous, url: url.absoluteString, body: Data("canary".utf8))
        check(key)
        check(CacheEntry.Selector(name: .cookie, value: "canary"))
    }

    @Test("Configurations, options and clients")
    func configurations() throws {
        var configuration = Configuration(baseURL: Self.url)
        configuration.defaultHeaders = Self.secrets
        configuration.validation?.allowsUserInfo = true
        configuration.fallback = FallbackConfiguration(endpoints: [try #require(Self.url)])
        check(configuration)
        check(RequestOptions(idempotencyKey: "token=canary", tags: ["token": "canary"]))
        var dependencies = Dependencies(transport: RecordingTransport { _ in ClientResponse(status: 200) })
        dependencies.fallbacks = [.endpoint(try #require(Self.url), headers: Self.secrets)]
        check(dependencies)
        // What a client may have.
        configuration.baseURL = URL(string: "https://user:canary@h.example/a")
        configuration.fallback = nil
        dependencies.fallbacks = []
        check(try ResilientClient(configuration, dependencies: dependencies))
    }

    @Test("Every setting is shown under its key")
    func settings() {
        let configuration = Configuration(baseURL: URL(string: "https://h.example/v1"))
        let children = Mirror(reflecting: configuration).children
        #expect(children.compactMap(\.label) == Configuration.fields.map(\.key))
        #expect("\(configuration)".contains("https://h.example/v1"))
        #expect(Mirror(reflecting: configuration.timeouts).children.contains { $0.label == "attempt" })
    }

    @Test("Errors and what is below them")
    func errors() throws {
        let url = try #require(Self.url)
        let info: [String: Any] = [NSURLErrorFailingURLErrorKey: url, NSLocalizedDescriptionKey: "no \(url)"]
        var error = ResilientError(.connectFailed, "token=canary", cause: URLError(.timedOut, userInfo: info))
        error.headers = Self.secrets
        error.bodyPrefix = Data("canary".utf8)
        error.attempts = [Attempt(number: 1, error: URLError(.timedOut, userInfo: info))]
        check(error)
        check(try #require(error.cause))
        #expect((error.cause as? URLError)?.code == .timedOut)
        #expect((error.cause as? URLError)?.failingURL?.host == "h.example")

        enum Kind: String, Codable { case a }
        for json in [#"{"api_key":"canary"}"#, #"{"tokens":"canary"}"#] {
            let cause = #expect(throws: DecodingError.self) {
                try JSONDecoder().decode([String: Kind].self, from: Data(json.utf8))
            }
            check(ResilientError(.decoding, "x", cause: cause))
            check(try #require(ResilientError(.decoding, "x", cause: cause).cause))
        }
        struct Own: Error {}
        #expect(ResilientError(.connectionLost, "x", cause: Own()).cause is Own)
    }
}
