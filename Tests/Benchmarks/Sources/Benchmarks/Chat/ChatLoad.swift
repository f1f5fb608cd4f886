import Foundation

/// So many streamed answers, so many at once.
struct ChatLoad: Sendable {
    let url: URL
    var streams: Int
    let inFlight: Int
}

/// What they took.
struct ChatTaken: Sendable, Codable {
    var taken: Taken
    /// Seconds from each call to its first token.
    var firsts: [Double]
    var tokens: Int

    var tokensPerSecond: Double { Double(tokens) / taken.seconds }
    /// Microseconds of processor time a token.
    var microseconds: Double { taken.processorSeconds * 1e6 / Double(tokens) }
}
