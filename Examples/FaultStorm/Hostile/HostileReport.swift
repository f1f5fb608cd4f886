import ExampleSupport

/// What came of a campaign of hostile responses.
struct HostileReport: Codable, Sendable, Equatable {
    let requests: Int
    let seed: UInt64
    var answered = 0
    var failed: [String: Int] = [:]
    /// Right responses that came late to a connection that the server had just closed.
    var unlucky = 0
    /// What must not be: another's response, a right response that was not taken, an error that blames the caller.
    var wrong = 0
    /// The first ones, in words.
    var examples: [String] = []
    var damages: [String: Int] = [:]
    var seconds = 0.0

    init(_ options: Options) {
        (requests, seed) = (options.requests, options.seed)
    }

    var passed: Bool { wrong == 0 && answered + unlucky + failed.values.reduce(0, +) == requests }

    mutating func blame(_ response: HostileResponse, _ problem: String) {
        wrong += 1
        if examples.count < 10 { examples.append("\(response.mark.number) (\(response.damage.rawValue)): \(problem)") }
    }

    var text: String {
        func list(_ counts: [String: Int]) -> String {
            counts.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value)\n" }.joined()
        }
        let rate = Int(Double(requests) / max(seconds, 0.001))
        return "\(requests) responses, seed \(seed), \(Int(seconds)) s, \(rate) a second\nanswered: \(answered)\n"
            + "failed:\n\(list(failed))closed before they came: \(unlucky)\ndamages:\n\(list(damages))wrong: \(wrong)\n"
            + examples.map { "  \($0)\n" }.joined() + (passed ? "passed\n" : "FAILED\n")
    }
}
