/// A command line that cannot be understood.
struct UsageProblem: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = "\(description)\n\nWhat there is:\n\n\(BenchmarkOptions.help)"
    }
}
