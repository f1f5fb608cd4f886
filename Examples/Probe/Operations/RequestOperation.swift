import Foundation
import ResilientHTTP

/// Sends a request through a client.
struct RequestOperation: Operation {
    static let name = "request"
    static let keys = ["client", "config", "method", "url", "headers", "body", "body_b64", "options"]

    private let client: ProbeClient
    private let request: ClientRequest
    private let options: RequestOptions

    init(_ fields: Fields, _ session: Session) throws {
        let endpoint = try fields.need(fields.string("url"), "url")
        let method = ClientRequest.Method(try fields.string("method") ?? "GET")
        let headers = try fields.headers("headers")
        let body = try MessageBody.data(fields)?.requestBody ?? .empty
        options = try fields["options"]?.decode(RequestOptions.self, at: "options") ?? RequestOptions()
        client = try session.clients.client(fields)
        // The library's own way from a text to a URL: below the base URL, and nothing is repaired.
        let url = try client.client.url(endpoint)
        request = ClientRequest(method: method, url: url, headers: headers, body: body)
    }

    var place: OperationPlace { .of(client) }

    func run() async throws -> [JSON.Member] {
        let response = try await client.client.send(request, options: options)
        return [
            JSON.Member("status", .integer(response.status.code)),
            JSON.Member(
                "headers",
                .array(response.headers.map { .array([.string($0.name.rawName), .string($0.value)]) })
            ),
            JSON.Member("body", .string(response.text)),
            JSON.Member("body_b64", .string(response.data.base64EncodedString())),
            JSON.Member("source", .string(response.source.rawValue)),
            JSON.Member("attempts", .integer(response.attempts.count)),
            JSON.Member("request_id", .optional(response.requestID?.description)),
        ]
    }
}
