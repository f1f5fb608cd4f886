import Foundation

/// A rule of the user's own that every request must meet before it is sent.
///
/// ```swift
/// dependencies.validators = [
///     .json(ChatRequest.self, named: "chat") { $0.messages.isEmpty ? "messages must not be empty" : nil }
/// ]
/// ```
public struct RequestValidator: Sendable {
    /// The name that its complaints carry.
    public let name: String
    private let check: @Sendable (ClientRequest, RequestOptions) -> String?

    /// Makes a rule. The closure returns what is wrong with a request, or nil; it must not show secrets.
    public init(
        named name: String,
        check: @escaping @Sendable (_ request: ClientRequest, _ options: RequestOptions) -> String?
    ) {
        self.name = name
        self.check = check
    }

    /// A rule for requests whose body is JSON in memory: it must decode, and the closure may object to its value.
    ///
    /// Requests without a body, with a streamed one, or with another content type are not its business.
    public static func json<Value: Decodable & SendableMetatype>(
        _ type: Value.Type,
        named name: String,
        check: @escaping @Sendable (Value) -> String?
    ) -> RequestValidator {
        RequestValidator(named: name) { request, _ in
            let contentType = request.headers[.contentType] ?? request.body.contentType ?? ""
            guard Grammar.lowercased(contentType).hasPrefix("application/json"),
                case .bytes(let data) = request.body.storage
            else {
                return nil
            }
            do {
                return check(try JSONDecoder().decode(Value.self, from: data))
            } catch {
                return "the body is not a \(type): \(CodingProblem(error).text)"
            }
        }
    }

    func problem(of request: ClientRequest, options: RequestOptions) -> String? {
        check(request, options).map { "\(name): \($0)" }
    }
}
