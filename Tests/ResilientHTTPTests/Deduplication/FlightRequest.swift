import Foundation
import ResilientHTTP

/// What a call of a storm sends, and in the simplest words what of it may matter: requests share when their names are
/// equal.
struct FlightRequest: Sendable {
    var method = ClientRequest.Method.get
    var url = "https://example.com/a"
    var headers: [(name: String, value: String)] = [("Accept", "text/plain"), ("X-List", "1"), ("X-List", "2")]
    var body: String?
    var options = RequestOptions()

    /// A request that differs in one thing that may matter.
    func changed(_ random: SeededRandomSource) -> FlightRequest {
        var other = self
        switch random.next() % 12 {
        case 0: (other.method, other.body) = (.head, nil)
        case 1: other.url = "https://example.com/b"
        case 2: other.url += "?page=2"
        case 3: other.headers.append(("Authorization", "Bearer \(random.next() % 2)"))
        case 4: other.headers.append(("Cookie", "session=\(random.next() % 2)"))
        case 5: other.headers.append(("X-API-Key", "key-\(random.next() % 2)"))
        case 6: other.headers[0].value = "application/json"
        case 7: other.headers.swapAt(1, 2)
        case 8: other.options.tenant = "tenant-\(random.next() % 2)"
        case 9: other.options.endpoint = "endpoint"
        case 10: other.options.connectTimeout = .seconds(1)
        default:
            other.method = .post
            other.body = "body \(random.next() % 2)"
        }
        return other
    }

    /// The request as one caller makes it: with what does not matter.
    func request(_ random: SeededRandomSource) -> ClientRequest {
        var headers = headers
        if random.next() % 2 == 0 { headers.append(("Traceparent", "\(random.next())")) }
        if random.next() % 2 == 0 { headers.insert(("x-request-id", "\(random.next())"), at: 0) }
        if random.next() % 3 == 0 { headers.append(headers.removeFirst()) }
        // Those of one name stay in their order.
        if random.next() % 3 == 0 {
            headers = headers.filter { $0.name != "X-List" } + headers.filter { $0.name == "X-List" }
        }
        let shouts = random.next() % 3 == 0
        let fields = headers.compactMap { name, value in
            HeaderFields.Name(shouts ? name.uppercased() : name).map { HeaderFields.Field(name: $0, value: value) }
        }
        let fragment = random.next() % 3 == 0 ? "#part" : ""
        return ClientRequest(
            method: method,
            url: URL(string: url + fragment) ?? .example(),
            headers: HeaderFields(fields),
            body: body.map { .text($0) } ?? .empty
        )
    }

    /// All that may matter of a request, as one text.
    static func name(of request: ClientRequest, _ options: RequestOptions) -> String {
        let fields = request.headers
            .filter { !["traceparent", "x-request-id"].contains($0.name.canonicalName) }
            .map { "\($0.name.canonicalName)=\($0.value)" }
        let body =
            if case .bytes(let data) = request.body.storage { String(decoding: data, as: UTF8.self) } else { "-" }
        // Sorted by name alone: those of one name stay in their order.
        let sorted = fields.enumerated().sorted { left, right in
            let names = (left.element.prefix { $0 != "=" }, right.element.prefix { $0 != "=" })
            return names.0 == names.1 ? left.offset < right.offset : names.0 < names.1
        }
        let url = request.url.absoluteString.prefix { $0 != "#" }
        return [
            request.method.rawValue, String(url), sorted.map(\.element).joined(separator: "&"), body,
            options.tenant ?? "-", options.endpoint ?? "-", "\(options.connectTimeout ?? .zero)",
        ].joined(separator: " ")
    }
}
