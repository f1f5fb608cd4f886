import ResilientHTTP

/// All operations by name.
enum OperationRegistry {
    static let all: [any Operation.Type] = [
        RequestOperation.self,
        AdvanceOperation.self,
        BreakerOperation.self,
        BreakersOperation.self,
        CacheOperation.self,
        CloseOperation.self,
        LimiterOperation.self,
        QueueOperation.self,
        RetryAfterOperation.self,
        RetryOperation.self,
        SSEOperation.self,
    ]

    /// The names of the protocol; those without an operation come with the feature that they show.
    static let planned = [
        "request", "advance", "stats", "report", "metrics", "health", "breakers", "events", "curl", "sign", "verify",
        "sse", "retry_after", "trace", "breaker", "limiter", "retry", "queue", "cache", "chat",
    ]

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    /// The operation of a line.
    static func operation(_ line: JSON, _ session: Session) throws -> any Operation {
        guard line.members != nil else { throw ResilientError.line("the line is \(line.kind), not an object") }
        let type: any Operation.Type
        switch line["op"] {
        case nil, .null?: type = RequestOperation.self
        case .string(let name)?:
            guard let known = byName[name] else { throw unsupported(name) }
            type = known
        case .some(let other): throw ResilientError.line("op is \(other.kind): expected a string")
        }
        return try type.init(Fields(line, known: ["id", "op"] + type.keys), session)
    }

    private static func unsupported(_ name: String) -> ResilientError {
        let known = all.map { $0.name }.joined(separator: ", ")
        let text =
            planned.contains(name)
            ? "this build does not have the op '\(name)' yet" : "there is no op '\(name.prefix(100))'"
        return ResilientError(.unsupported, "\(text); it has \(known)", reachedServer: .no)
    }
}
