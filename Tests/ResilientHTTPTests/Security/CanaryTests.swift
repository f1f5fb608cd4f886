import Foundation
import ResilientHTTP
import Testing

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Secrets are put into every place, every error that can be provoked is, and no text of it may show one.
@Suite("Secrets in errors")
struct CanaryTests {
    private let secrets: HeaderFields = [
        .authorization: "Bearer canary-token", .cookie: "session=canary", .xAPIKey: "canary",
        .proxyAuthorization: "Basic canary",
    ]

    private func client(_ change: (inout Configuration) -> Void = { _ in }, answer: @escaping RecordingTransport.Answer)
        throws -> ResilientClient
    {
        try ResilientClient(RecordingTransport(answer), base: "https://user:canary@h.example/v1?api_key=canary") {
            $0.defaultHeaders = secrets
            $0.validation?.allowsUserInfo = true
            $0.retry = nil
            change(&$0)
        }
    }

    private func check(
        _ code: ResilientError.Code,
        sourceLocation: SourceLocation = #_sourceLocation,
        _ operation: () async throws -> Void
    ) async {
        guard let error = await resilientError({ try await operation() }) else {
            Issue.record("no error", sourceLocation: sourceLocation)
            return
        }
        #expect(error.code == code, sourceLocation: sourceLocation)
        let texts = [
            "\(error)", String(reflecting: error), error.localizedDescription, error.message, error.shortDescription,
            "\(error.urlError)",
            String(reflecting: error.urlError), error.urlError.localizedDescription, "\(error.urlError.errorUserInfo)",
            error.headers.description, "\(error.problems)",
        ]
        for text in texts { #expect(!text.contains("canary"), "\(text)", sourceLocation: sourceLocation) }
    }

    @Test("Refusals before anything is sent")
    func refusals() async throws {
        let client = try client { _ in ClientResponse(status: 200) }
        await check(.invalidRequest) {
            _ = try await client.get("/x?token=canary", headers: [.authorization: "Bearer canary\n"])
        }
        await check(.invalidRequest) { _ = try await client.get("/canary canary") }
        await check(.originRefused) { _ = try await client.get("https://canary:canary@evil.example/?key=canary") }
        await check(.invalidRequest) { _ = try await client.request(.init("canary canary"), "/x") }
        await check(.invalidRequest) { _ = try await client.request(.get, "/x", body: .text("canary")) }
        let options = RequestOptions(idempotencyKey: "canary\r\n", tenant: "canary", tags: ["canary": "canary"])
        await check(.configuration) { _ = try await client.get("/x", options: options) }
    }

    @Test("Tokens and user info that are refused")
    func policies() async throws {
        let strict = try client {
            $0.validation?.tokenFormat = .throw
        } answer: { _ in
            ClientResponse(status: 200)
        }
        await check(.invalidRequest) {
            _ = try await strict.get("/", headers: [.authorization: "Bearer canary canary"])
        }
        let noUser = try client {
            $0.validation?.allowsUserInfo = false
        } answer: { _ in
            ClientResponse(status: 200)
        }
        await check(.insecureRequest) { _ = try await noUser.get("/x?password=canary") }
    }

    @Test("Answers: status, decoding, redirects")
    func answers() async throws {
        struct Token: Decodable {
            enum Kind: String, Decodable { case a }
            let access_token: Kind
        }
        let status = try client { _ in
            ClientResponse(
                status: 401,
                headers: [.setCookie: "canary", .wwwAuthenticate: "canary"],
                body: .text("canary")
            )
        }
        await check(.status) { _ = try await status.get("/x", query: [URLQueryItem(name: "secret", value: "canary")]) }
        let json = try client { _ in ClientResponse(status: 200, body: .text(#"{"access_token":"canary"}"#)) }
        await check(.decoding) { _ = try await json.get("/x").decode(Token.self) }
        for location in [
            "http://canary:canary@h.example/?sig=canary", "https://u:canary@b/\u{0}", "javascript:x",
        ] {
            let redirect = try client { _ in
                ClientResponse(status: 302, headers: [.location: location], body: .text("canary"))
            }
            await check(.redirectRefused) { _ = try await redirect.get("/x") }
        }
    }

    @Test("Errors of transports, URLErrors with the whole URL in them")
    func transportErrors() async throws {
        let url = "https://user:canary@h.example/?token=canary"
        let urlError = try client { _ in
            throw URLError(
                .cannotConnectToHost,
                userInfo: [NSURLErrorFailingURLErrorKey: url, NSLocalizedDescriptionKey: "no \(url)"]
            )
        }
        await check(.connectFailed) { _ = try await urlError.get("/") }
        let own = try client { _ in throw ResilientError(.protocolError, "bad \(url)\nAuthorization: Bearer canary") }
        let error = try #require(await resilientError { try await own.get("/") })
        #expect(!error.description.contains("canary") && !error.description.contains("\n"))
    }

    @Test("Configurations that cannot be read")
    func configuration() async throws {
        let json = """
            {"base_url": "ftp://u:canary@h", "default_headers": [["bad name", "canary"]], "retry": {"unsafe_requests": "x"},
             "timeouts": {"attempt": "soon"}}
            """
        await check(.configuration) { _ = try JSONDecoder().decode(Configuration.self, from: Data(json.utf8)) }
        let headers: HeaderFields = [.authorization: "Bearer canary\n"]
        await check(.configuration) { try Configuration().with { $0.defaultHeaders = headers }.validate() }
    }

    @Test("A printed configuration, request and options show no credentials")
    func printing() throws {
        let client = try client { _ in ClientResponse(status: 200) }
        let request = ClientRequest(
            url: try #require(URL(string: "https://h/")),
            headers: secrets,
            body: .text("canary")
        )
        for text in ["\(client.configuration.defaultHeaders)", "\(request)", String(reflecting: request)] {
            #expect(!text.contains("canary"), "\(text)")
        }
    }
}
