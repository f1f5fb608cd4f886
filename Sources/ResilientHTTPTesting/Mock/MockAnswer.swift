public import Foundation
public import ResilientHTTP

/// One answer of a ``MockTransport``: a response, an error, or none; at once or after a while.
public struct MockAnswer: Sendable {
    enum Kind: Sendable {
        case respond(ClientResponse)
        case stream(ClientResponse, chunks: [Data], interval: Duration, error: (any Error)?)
        case fail(any Error)
        case suspend(ClientResponse)
        case hang
    }

    enum Delay: Sendable {
        case none
        case `for`(Duration)
    }

    /// Behind one reference, so that handing an answer out costs next to nothing beside what is measured with it.
    private final class Content: Sendable {
        let kind: Kind
        let delay: Delay

        init(kind: Kind, delay: Delay) {
            self.kind = kind
            self.delay = delay
        }
    }

    private let content: Content

    var kind: Kind { content.kind }
    var delay: Delay { content.delay }

    private init(_ kind: Kind, delay: Delay = .none) {
        content = Content(kind: kind, delay: delay)
    }

    /// 200 without a body.
    public static let ok = MockAnswer.status(200)

    /// A status with header fields and a body of UTF-8 text, empty by default.
    public static func status(
        _ status: ClientResponse.Status,
        headers: HeaderFields = HeaderFields(),
        body: String = ""
    ) -> MockAnswer {
        .response(ClientResponse(status: status, headers: headers, body: .text(body)))
    }

    /// 200 with a value as JSON.
    ///
    /// Throws `ResilientError` with code `invalidRequest` when the value cannot be encoded.
    public static func json(_ value: some Encodable, status: ClientResponse.Status = 200) throws -> MockAnswer {
        let data = try RequestBody.jsonData(value)
        return .response(
            ClientResponse(status: status, headers: [.contentType: "application/json"], body: .bytes(data))
        )
    }

    /// Any response.
    public static func response(_ response: ClientResponse) -> MockAnswer {
        MockAnswer(.respond(response))
    }

    /// An error.
    public static func error(_ error: any Error) -> MockAnswer {
        MockAnswer(.fail(error))
    }

    /// A connection that was lost; whether the request reached the server is unknown unless said.
    public static func connectionLost(reachedServer: ResilientError.ReachedServer = .maybe) -> MockAnswer {
        .error(ResilientError(.connectionLost, "the mock lost the connection", reachedServer: reachedServer))
    }

    /// A connection that could not be made: nothing was sent.
    public static let connectFailed = MockAnswer.error(
        ResilientError(.connectFailed, "the mock refused the connection", reachedServer: .no)
    )

    /// 200 with a body that arrives in chunks at an interval of the client's clock, and ends or breaks with an error.
    public static func stream(
        _ chunks: [Data],
        interval: Duration = .zero,
        headers: HeaderFields = HeaderFields(),
        endingWith error: (any Error)? = nil
    ) -> MockAnswer {
        let head = ClientResponse(status: 200, headers: headers)
        return MockAnswer(.stream(head, chunks: chunks, interval: interval, error: error))
    }

    /// No answer at all: ends with the deadline, cancellation, ``MockTransport/releaseHanging()`` or the shutdown.
    public static let hang = MockAnswer(.hang)

    /// 200 after giving up the thread once, as every real transport does.
    public static let suspending = MockAnswer(.suspend(ClientResponse(status: 200)))

    /// The same answer after a while of the client's clock.
    public func after(_ delay: Duration) -> MockAnswer {
        MockAnswer(kind, delay: .for(delay))
    }

    var isImmediate: Bool {
        guard case .none = content.delay else { return false }
        switch content.kind {
        case .respond, .fail: return true
        case .stream, .suspend, .hang: return false
        }
    }

    func response(
        pausing pause: @escaping @Sendable (Duration) async throws -> Void = { _ in }
    ) throws -> ClientResponse {
        switch content.kind {
        case .respond(let response), .suspend(let response):
            return response
        case .fail(let error):
            throw error
        case .stream(var response, let chunks, let interval, let error):
            response.body = .stream(
                MockBody(chunks: chunks, interval: interval, error: error, pause: pause)
            )
            return response
        case .hang:
            throw ResilientError(.connectionLost, "a hanging answer has no response", reachedServer: .maybe)
        }
    }
}
