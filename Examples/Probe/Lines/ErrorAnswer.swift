import ResilientHTTP

/// What an error looks like on a line.
enum ErrorAnswer {
    static func members(_ error: any Error) -> [JSON.Member] {
        let resilient = error as? ResilientError
        return [
            JSON.Member(
                "error",
                .object([
                    JSON.Member("code", .string(code(of: error))),
                    JSON.Member("message", .string(message(of: error))),
                    JSON.Member("reached_server", .optional(resilient?.reachedServer?.rawValue)),
                    JSON.Member("status", resilient?.status.map { .integer($0.code) } ?? .null),
                    JSON.Member("retry_after_s", resilient?.retryAfter.map { .double($0.inSeconds) } ?? .null),
                    JSON.Member("attempts", .array((resilient?.attempts ?? []).map(attempt))),
                ])
            )
        ]
    }

    /// The library's name of an error.
    static func code(of error: any Error) -> String {
        if let error = error as? ResilientError { return error.code.rawValue }
        return error is CancellationError ? "cancelled" : "internal"
    }

    /// One sentence, the problems of a configuration behind it. No secret, whoever wrote it.
    private static func message(of error: any Error) -> String {
        guard let error = error as? ResilientError else {
            return error is CancellationError ? "the call was cancelled" : "unexpected error: \(type(of: error))"
        }
        let problems = error.problems.map(\.description).joined(separator: "; ")
        return Redactor.standard.redact(bounded(problems.isEmpty ? error.message : "\(error.message): \(problems)"))
    }

    /// Messages quote keys and names, and those may be as long as a line. Cut between words: half a secret looks like
    /// none.
    private static func bounded(_ text: String) -> String {
        guard text.utf8.count > messageLimit else { return text }
        let start = text.utf8.prefix(messageLimit)
        let end = start.lastIndex(of: UInt8(ascii: " ")) ?? start.startIndex
        return String(decoding: text.utf8[..<end], as: UTF8.self) + " …"
    }

    private static let messageLimit = 8_192

    private static func attempt(_ attempt: Attempt) -> JSON {
        .object([
            JSON.Member("error", .optional(attempt.error.map(code))),
            JSON.Member("status", attempt.status.map { .integer($0.code) } ?? .null),
            JSON.Member("delay_s", .double(attempt.delay.inSeconds)),
            JSON.Member("duration_s", .double(attempt.duration.inSeconds)),
        ])
    }
}

extension Duration {
    /// Decimal seconds: whole nanoseconds are divided once, so that 8.1 s are 8.1 and not 8.099999999999998.
    var inSeconds: Double {
        let (seconds, attoseconds) = components
        if seconds.magnitude < 8_388_608, attoseconds % 1_000_000_000 == 0 {
            return Double(seconds * 1_000_000_000 + attoseconds / 1_000_000_000) / 1e9
        }
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
