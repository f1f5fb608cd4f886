/// Compares what came of a test with what was expected.
public struct CacheTestChecker {
    private struct Mismatch: Error {
        let verdict: CacheTestVerdict
    }

    private let test: CacheTestCase

    /// Makes the checker of a test.
    public init(_ test: CacheTestCase) {
        self.test = test
    }

    /// The verdict by the answers that the client got and the requests that the origin saw.
    public func verdict(_ results: [CacheTestResult], _ origin: CacheTestOrigin) -> CacheTestVerdict {
        do {
            var answers: [[String: String]] = []
            for (index, request) in test.requests.enumerated() {
                guard results.indices.contains(index) else {
                    throw Mismatch(verdict: .failed("request \(index + 1) was not made"))
                }
                answers.append(try check(results[index], of: request, number: index + 1))
            }
            try check(origin.arrivals, answers)
            return .passed
        } catch {
            return (error as? Mismatch)?.verdict ?? .failed("\(error)")
        }
    }

    private func expect(_ holds: Bool, isSetup: Bool, _ text: @autoclosure () -> String) throws {
        guard !holds else { return }
        throw Mismatch(verdict: isSetup ? .unprepared(text()) : .failed(text()))
    }

    // MARK: - What the client got

    /// Returns the fields of the answer.
    private func check(_ result: CacheTestResult, of request: CacheTestRequest, number: Int) throws -> [String: String]
    {
        guard case .answer(let status, let fields, let body) = result else {
            // An error is no stale answer, and that is all that such a test asks for.
            if request.disconnects, case .null = request.expectedStatus { return [:] }
            guard case .failure(let text) = result else { return [:] }
            throw Mismatch(verdict: .failed("request \(number) failed: \(text)"))
        }
        let headers = CacheTestOrigin.joined(fields)
        try checkPlace(request, number, status, headers)
        try checkStatus(request, number, status)
        try checkHeaders(request, number, headers)
        try checkBody(request, number, status, body)
        return headers
    }

    private func checkPlace(_ request: CacheTestRequest, _ number: Int, _ status: Int, _ headers: [String: String])
        throws
    {
        let count = headers["server-request-count"].flatMap { Int($0) }
        let isSetup = request.isSetup("expected_type")
        switch request.expectation {
        case .cached where !(status == 304 && count == nil):
            try expect(count.map { $0 < number } ?? false, isSetup: isSetup, "answer \(number) is not from the cache")
        case .notCached:
            try expect(count == number, isSetup: isSetup, "answer \(number) is from the cache")
        default:
            break
        }
    }

    private func checkStatus(_ request: CacheTestRequest, _ number: Int, _ status: Int) throws {
        var expected = request.status ?? 200
        var isSetup = true
        switch request.expectedStatus {
        case .null: return
        case .value(let status): (expected, isSetup) = (status, request.isSetup("expected_status"))
        case .absent:
            if status == 999, request.status == nil { isSetup = request.isSetup("expected_type") }
        }
        try expect(status == expected, isSetup: isSetup, "the status of \(number) is \(status), not \(expected)")
    }

    private func checkHeaders(_ request: CacheTestRequest, _ number: Int, _ headers: [String: String]) throws {
        let now = (headers["server-now"].flatMap { Int64($0) } ?? 0) / 1000
        for field in request.expectedHeaders {
            let value = headers[field.name.lowercased()]
            let isRight: Bool
            switch field.value {
            case .any: isRight = value != nil
            case .above(let bound): isRight = value.flatMap { Int($0) }.map { $0 > bound } ?? false
            case .sameAs(let other): isRight = value != nil && value == headers[other.lowercased()]
            case .text, .seconds: isRight = value == field.text(now: now)
            }
            try expect(
                isRight,
                isSetup: request.isSetup("expected_response_headers"),
                "field \(field.name) of answer \(number) is \(value ?? "missing")"
            )
        }
        for field in request.missingHeaders {
            guard let value = headers[field.name.lowercased()] else { continue }
            var isRight = false
            if case .text(let part) = field.value { isRight = !value.contains(part) }
            try expect(
                isRight,
                isSetup: request.isSetup("expected_response_headers_missing"),
                "answer \(number) has the field \(field.name): \(value)"
            )
        }
    }

    private func checkBody(_ request: CacheTestRequest, _ number: Int, _ status: Int, _ body: String) throws {
        guard request.checksBody else { return }
        var expected = test.id
        var isSetup = true
        switch request.expectedText {
        case .null:
            return
        case .value(let text):
            (expected, isSetup) = (text, request.isSetup("expected_response_text"))
        case .absent:
            if case .value(let text) = request.responseBody {
                expected = text
            } else if request.method == "HEAD" || status == 204 || status == 304 {
                return
            }
        }
        try expect(body == expected, isSetup: isSetup, "the body of \(number) is \"\(body)\", not \"\(expected)\"")
    }

    // MARK: - What the origin saw

    private func check(_ arrivals: [CacheTestOrigin.Arrival], _ answers: [[String: String]]) throws {
        var seen = 0
        for (index, request) in test.requests.enumerated() where request.expectation != .cached {
            let arrival = arrivals.indices.contains(seen) ? arrivals[seen] : nil
            seen += 1
            try check(arrival, of: request, number: index + 1, answers[index])
        }
    }

    private func check(
        _ arrival: CacheTestOrigin.Arrival?,
        of request: CacheTestRequest,
        number: Int,
        _ answer: [String: String]
    ) throws {
        if let expectation = request.expectation {
            try expect(arrival != nil, isSetup: request.isSetup("expected_type"), "request \(number) was not sent")
            if expectation == .notCached {
                let isRight = arrival?.number == number
                try expect(
                    isRight,
                    isSetup: request.isSetup("expected_type"),
                    "request \(number) was not sent in its turn"
                )
            }
            if let condition = expectation.condition {
                let isThere = arrival?.headers[condition] != nil
                try expect(isThere, isSetup: request.isSetup("expected_type"), "request \(number) has no \(condition)")
            }
        }
        for field in request.expectedRequestHeaders {
            let value = arrival?.headers[field.name.lowercased()]
            var isRight = value != nil
            if case .text(let text) = field.value { isRight = value == text }
            try expect(
                isRight,
                isSetup: request.isSetup("expected_request_headers"),
                "field \(field.name) of request \(number) is \(value ?? "missing")"
            )
        }
        if let method = request.expectedMethod {
            let isRight = arrival?.method == method
            try expect(isRight, isSetup: request.isSetup("expected_method"), "the method of \(number) is another")
        }
        guard !answer.isEmpty, let arrival else { return }
        for (name, value) in arrival.sent.sorted(by: { $0.key < $1.key }) {
            let got = answer[name]
            try expect(
                got == value,
                isSetup: true,
                "field \(name) of answer \(number) is \(got ?? "missing"), not \(value)"
            )
        }
    }
}
