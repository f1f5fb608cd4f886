import Foundation

/// What an answer means to a stream of events (WHATWG HTML §9.2.2).
enum EventStreamAnswer {
    case stream(ResponseBody)
    /// 204: the server asks its clients to stop.
    case noMore
    /// No stream of events. `canPass` says whether it may be one later.
    case refused(ResilientError, canPass: Bool)

    /// Reads the first bytes of an answer that is an error, for its message. Throws `CancellationError` only.
    init(_ response: ClientResponse, date: Date) async throws {
        switch response.status {
        case 200:
            guard Self.isEventStream(response.headers[.contentType]) else {
                self = .refused(Self.wrongType(response), canPass: false)
                return
            }
            self = .stream(response.body)
        case 204:
            self = .noMore
        default:
            var response = response
            response.body = .bytes(try await Self.prefix(of: response.body))
            let hints = ServerHints(response, date: date)
            var error = ResilientError.noEvents(response, "answered \(response.status)", code: .status)
            error.retryAfter = hints.delay
            self = .refused(error, canPass: hints.shouldRetry != false && Self.canPass(response))
        }
    }

    /// Parameters and case do not matter; nor does a charset, which is UTF-8 whatever it says.
    static func isEventStream(_ contentType: String?) -> Bool {
        guard let type = contentType?.prefix(while: { $0 != ";" }) else { return false }
        return Grammar.lowercased(String(type.trimmingOptionalWhitespace)) == "text/event-stream"
    }

    private static func canPass(_ response: ClientResponse) -> Bool {
        switch FailureClassifier(retryableStatuses: nil, heedsServer: true, custom: nil).classify(response) {
        case nil, .quotaExhausted?: false
        default: true
        }
    }

    private static func wrongType(_ response: ClientResponse) -> ResilientError {
        let type = response.headers[.contentType].map { "'\($0.prefix(100))'" } ?? "none"
        return .noEvents(
            response,
            "was expected to have the content type text/event-stream; it has \(type)",
            code: .protocolError
        )
    }

    private static func prefix(of body: ResponseBody) async throws -> Data {
        var data = Data()
        do {
            for try await chunk in body {
                data.append(chunk.prefix(ResilientError.bodyPrefixLimit - data.count))
                if data.count >= ResilientError.bodyPrefixLimit { break }
            }
        } catch let error as CancellationError {
            throw error
        } catch {
            // The status says more than the way in which its explanation broke.
        }
        return data
    }
}

extension ResilientError {
    /// The error of an answer that brings no events.
    static func noEvents(_ response: ClientResponse, _ problem: String, code: Code) -> ResilientError {
        let place = response.url.map { " \(Redactor.standard.redact($0))" } ?? ""
        var error = ResilientError(code, "the event stream\(place) \(problem)")
        error.describe(response)
        if let call = response.call { error.describe(call) }
        return error
    }
}
