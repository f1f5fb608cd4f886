import Foundation
import ResilientHTTP
import Synchronization
import Testing

@Suite("Validators and token formats")
struct RequestValidatorTests {
    private struct Chat: Decodable, Sendable {
        struct Message: Decodable {
            enum Role: String, Decodable { case user, tool }
            let role: Role
            let password: Role?
        }
        let messages: [Message]
    }

    private let transport = RecordingTransport()

    private func client(_ validator: RequestValidator) throws -> ResilientClient {
        var dependencies = Dependencies()
        dependencies.validators = [validator, RequestValidator(named: "second") { _, options in options.tenant }]
        return try ResilientClient(transport, base: "https://a.example", dependencies: dependencies)
    }

    private let chat = RequestValidator.json(Chat.self, named: "chat") {
        $0.messages.isEmpty ? "messages must not be empty" : nil
    }

    private func refusal(_ json: String, type: String = "application/json", tenant: String? = nil) async throws
        -> String?
    {
        let body = RequestBody.bytes(Data(json.utf8), contentType: type)
        let error = await resilientError {
            try await client(chat).post("/", body: body, options: .init(tenant: tenant))
        }
        if let error { #expect(error.code == .invalidRequest) }
        return error?.message
    }

    @Test("A JSON body is checked with its coding path, and every validator's complaint is reported")
    func json() async throws {
        #expect(try await refusal(#"{"messages":[]}"#) == "chat: messages must not be empty")
        #expect(
            try await refusal(#"{"messages":[{"role":"user"},{}]}"#)?.contains("messages[1].role is missing") == true
        )
        #expect(try await refusal(#"{"messages":[{"role":7}]}"#)?.contains("messages[0].role is not valid") == true)
        #expect(try await refusal("{}", tenant: "objection")?.hasSuffix("; second: objection") == true)
        #expect(try await refusal("nonsense")?.contains("chat: the body is not a Chat") == true)
        #expect(transport.requests.isEmpty)
        #expect(try await refusal(#"{"messages":[{"role":"user"}]}"#) == nil)
    }

    @Test("The case of the media type does not count, other types are not its business")
    func mediaType() async throws {
        #expect(try await refusal("{}", type: "Application/JSON; charset=utf-8") != nil)
        #expect(try await refusal("{}", type: "text/plain") == nil)
        #expect(await resilientError { try await client(chat).get("/") } == nil)
    }

    @Test("A value under a sensitive key is not shown")
    func secrets() async throws {
        let message = try #require(try await refusal(#"{"messages":[{"role":"user","password":"canary"}]}"#))
        #expect(message.contains("messages[0].password is not valid") && !message.contains("canary"))
    }

    @Test(
        "A token that cannot be one: ignored, warned about or refused",
        arguments: ["Bearer", "bearer  short", "BEARER your-api-key", "Bearer two words!"]
    )
    func tokens(_ value: String) async throws {
        let warnings = Mutex<[String]>([])
        var dependencies = Dependencies()
        dependencies.onWarning = { text in warnings.withLock { $0.append(text) } }
        for policy in [TokenFormat.Policy.ignore, .warn, .throw] {
            let client = try ResilientClient(transport, base: "https://a.example", dependencies: dependencies) {
                $0.validation?.tokenFormat = policy
            }
            do {
                let response = try await client.get("/", headers: [.authorization: value])
                #expect(policy != .throw)
                #expect(response.explanation.description.contains("warning: the bearer token") == (policy == .warn))
            } catch let error as ResilientError {
                #expect(policy == .throw && error.code == .invalidRequest)
                #expect(error.description.contains("the bearer token"), "\(error)")
            }
        }
        #expect(warnings.withLock { $0.count } == 1)
    }

    @Test(
        "Sound tokens and other schemes pass",
        arguments: [
            "Bearer sk-proj-abcdefgh", "bearer eyJhbGciOi.J9.x_y-z", "Basic x", "BearerToken abc def", "Bearer-v2 x",
        ]
    )
    func soundTokens(_ value: String) async throws {
        let client = try ResilientClient(transport, base: "https://a.example") { $0.validation?.tokenFormat = .throw }
        #expect(await resilientError { try await client.get("/", headers: [.authorization: value]) } == nil)
    }
}
