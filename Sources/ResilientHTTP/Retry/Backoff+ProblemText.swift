extension Backoff {
    /// All that is wrong with the numbers, on one line; nil for nothing.
    var problemText: String? {
        let problems = problems
        return problems.isEmpty ? nil : problems.map { "\($0.path) \($0.message)" }.joined(separator: "; ")
    }
}
