import Foundation
import ResilientHTTPTesting

/// What the server does with one arrival of a request.
enum ServerStep: String, CaseIterable, Sendable {
    /// Nobody listens: the server is being restarted. Not an arrival, because nothing arrives.
    case refused
    case ok
    case okThenClose
    case slow
    case unavailable
    case throttled
    case throttledOneSecond
    case throttledUntilDate
    case resetBeforeBody
    case resetBeforeAnswer
    case resetInBody
    case closeWithoutAnswer
    case truncatedBody
    case truncatedChunks
    case hang
    case okThenStale
    case redirect
    case redirectWithBody

    /// Whether the request has its 2xx after this, by way of a redirect or not.
    var succeeds: Bool {
        switch self {
        case .ok, .okThenClose, .slow, .okThenStale, .redirect, .redirectWithBody: true
        default: false
        }
    }

    /// Whether the server has read the whole request by then; the work may have been done.
    var completesRequest: Bool {
        self != .refused && self != .resetBeforeBody
    }

    /// What a client that heeds the server waits for before the next attempt.
    var askedDelay: Duration {
        switch self {
        case .throttledOneSecond, .throttledUntilDate: .seconds(1)
        default: .zero
        }
    }

    /// A body that carries its own digest, large enough for several reads.
    private static let success = FaultServer.Behaviour.random(bytes: 2_048, seed: 1)

    /// Only behaviours that URLSession on Linux outlives: the program has to get to its table.
    func behaviour(index: Int) -> FaultServer.Behaviour {
        switch self {
        case .ok, .refused: Self.success
        case .okThenClose: Self.success.closing
        case .slow: Self.success.delayed(.milliseconds(5))
        case .unavailable: .unavailable()
        case .throttled: .tooManyRequests(retryAfterSeconds: 0)
        case .throttledOneSecond: .tooManyRequests(retryAfterSeconds: 1)
        case .throttledUntilDate: .tooManyRequests(retryAfterDate: .seconds(1))
        case .resetBeforeBody: .resetBeforeHead(readingBody: false)
        case .resetBeforeAnswer: .resetBeforeHead()
        case .resetInBody: .resetInBody()
        case .closeWithoutAnswer: .closeWithoutAnswer
        case .truncatedBody: .truncatedBody()
        case .truncatedChunks: .truncatedChunks()
        case .hang: .hang
        case .okThenStale: .staleAfterAnswer(Answer.plainText)
        case .redirect: .redirect(302, to: .otherPort(PlannedRequest.landingPath(index)))
        case .redirectWithBody: .redirect(307, to: .otherPort(PlannedRequest.landingPath(index)))
        }
    }
}
