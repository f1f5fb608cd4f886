import CacheTestSuite
import Foundation
import ResilientHTTP

/// A transport that hands requests to the origin of a test.
final class InProcessOrigin: Transport {
    let capabilities = TransportCapabilities(honoursDeadlines: true)
    private let origin: CacheTestOrigin

    init(_ origin: CacheTestOrigin) {
        self.origin = origin
    }

    func send(_ request: ClientRequest, context: RequestContext) async throws -> ClientResponse {
        let query = request.url.query().map { "?\($0)" } ?? ""
        let answer = origin.answer(
            method: request.method.rawValue,
            target: request.url.path() + query,
            headers: request.headers.map { ($0.name.rawName, $0.value) }
        )
        if answer.pause > 0 { try await context.sleep(for: .seconds(answer.pause)) }
        if answer.disconnects {
            throw ResilientError(.connectionLost, "the origin has closed the connection", reachedServer: .maybe)
        }
        let fields = answer.headers.compactMap { field in
            HeaderFields.Name(field.name).map { HeaderFields.Field(name: $0, value: field.value) }
        }
        let hasBody = request.method != .head && answer.status != 204 && answer.status != 304
        return ClientResponse(
            status: .init(answer.status),
            headers: HeaderFields(fields),
            body: hasBody ? .text(answer.body) : .empty
        )
    }
}
