/// What a flight brings to those who wait for it; behind one reference, so that its body is there once and a waiting
/// call has no room for it.
final class Landing: Sendable {
    private let result: Result<ClientResponse, any Error>

    init(_ result: Result<ClientResponse, any Error>) {
        self.result = result
    }

    /// The answer, for one of them. It has no URL when the flight's own answered, since those may differ in fragments.
    @inline(never)
    func answer(to request: ClientRequest) throws -> ClientResponse {
        var response = try result.get()
        response.url = response.url ?? request.url
        return response
    }
}
