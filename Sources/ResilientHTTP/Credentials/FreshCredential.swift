/// What a refresh has changed in a request's header fields, so that it can be put into others.
struct FreshCredential: Sendable {
    private let fields: [(name: HeaderFields.Name, values: [String])]
    /// Counts the refreshes of one key, from 1.
    let generation: Int

    /// Nil when more has changed than fields: that fits no other request.
    init?(from request: ClientRequest, to refreshed: ClientRequest, generation: Int) {
        guard refreshed.target === request.target || refreshed.url == request.url, refreshed.method == request.method,
            refreshed.body.isSame(as: request.body)
        else { return nil }
        let names = Set(request.headers.map(\.name)).union(refreshed.headers.map(\.name))
        fields = names.compactMap { name in
            let values = refreshed.headers[values: name]
            return values == request.headers[values: name] ? nil : (name: name, values: values)
        }
        self.generation = generation
    }

    func applied(to request: ClientRequest) -> ClientRequest {
        var request = request
        for (name, values) in fields {
            request.headers.removeAll { $0.name == name }
            for value in values { request.headers.append(value, for: name) }
        }
        return request
    }
}

extension RequestBody {
    fileprivate func isSame(as other: RequestBody) -> Bool {
        switch (storage, other.storage) {
        case (.empty, .empty): true
        case (.bytes(let one), .bytes(let two)): one == two
        case (.file(let one), .file(let two)): one == two
        // A factory cannot be compared; it came from the request.
        case (.stream, .stream): true
        default: false
        }
    }
}
