import ResilientHTTPTesting

/// What became of the calls that met one behaviour.
struct Tally: Codable, Sendable, Equatable {
    let name: String
    var sent = 0
    /// How often the server carried the behaviour out; for one that the server itself cannot see, ``sent``.
    var hits = 0
    var answered = 0
    var cancelled = 0
    /// Of all, those whose answers were read as they arrived.
    var streamed = 0
    /// Streams that were let go of before their end.
    var dropped = 0
    /// Typed failures by code.
    var failed: [String: Int] = [:]
    /// Answers that are not the behaviour's.
    var mismatches = 0
    /// Errors without a type, and cancellations that nobody asked for.
    var unexpected = 0
    /// The first text of each code, and what was unexpected or wrong.
    var examples: [String: String] = [:]

    init(name: String) {
        self.name = name
    }

    var ended: Int { answered + cancelled + dropped + failed.values.reduce(0, +) + mismatches + unexpected }

    mutating func add(_ result: CallResult, to call: PlannedCall, right: Set<FaultServer.CatalogueAnswer>) {
        sent += 1
        if call.reading != nil { streamed += 1 }
        switch result {
        case .answered(let answer) where right.contains(answer):
            answered += 1
        case .answered(let answer):
            mismatches += 1
            note("mismatch", "\(answer), digest \(answer.digest)")
        case .failed(let code, let text):
            failed[code, default: 0] += 1
            note(code, text)
        case .cancelled where call.cancelAfter != nil:
            cancelled += 1
        case .cancelled:
            unexpected += 1
            note("unexpected", "cancelled by nobody")
        case .dropped where call.reading?.dropAfter != nil:
            dropped += 1
        case .dropped:
            unexpected += 1
            note("unexpected", "dropped by nobody")
        case .untyped(let text):
            unexpected += 1
            note("unexpected", text)
        }
    }

    private mutating func note(_ kind: String, _ text: String) {
        if examples[kind] == nil { examples[kind] = text }
    }
}
