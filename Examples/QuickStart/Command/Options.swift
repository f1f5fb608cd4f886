import Foundation

/// What the command line asks for.
struct Options: Equatable, Sendable {
    static let requestRange = 1...100_000
    static let defaultRequests = 200
    static let defaultSeed: UInt64 = 2026

    /// A server of the user's own; nil for the embedded one with its scripted faults.
    var url: URL?
    /// What every script, request and jitter is derived from.
    var seed = Options.defaultSeed
    /// Requests of a scenario and lane.
    var requests = Options.defaultRequests
    /// JSON on standard output, progress on standard error.
    var writesJSON = false
    /// Off shows what the check at the end finds.
    var retries = true
    /// Print the help and nothing else.
    var wantsHelp = false

    init() {}

    /// Reads arguments, without the program's name. Values follow their option or an equals sign.
    ///
    /// - Throws: `UsageError`.
    init(_ arguments: [String]) throws {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let (name, inline) = (parts[0], parts.count > 1 ? parts[1] : nil)
            func value() throws -> String {
                guard let value = inline ?? rest.popFirst(), !value.isEmpty else {
                    throw UsageError("\(name) needs a value")
                }
                return value
            }
            switch name {
            case "--url": url = try Self.url(value())
            case "--seed": seed = try Self.seed(value())
            case "--requests": requests = try Self.requests(value())
            case "--json" where inline == nil: writesJSON = true
            case "--no-retry" where inline == nil: retries = false
            case "--help" where inline == nil, "-h" where inline == nil: wantsHelp = true
            case "--json", "--no-retry", "--help", "-h": throw UsageError("\(name) takes no value")
            default: throw UsageError("unknown argument \(argument)")
            }
        }
    }

    private static func url(_ text: String) throws -> URL {
        guard let url = URL(string: text), let host = url.host, !host.isEmpty,
            let scheme = url.scheme?.lowercased(), scheme == "http" || scheme == "https"
        else { throw UsageError("--url needs an absolute http or https URL, not \(text)") }
        return url
    }

    private static func seed(_ text: String) throws -> UInt64 {
        guard let seed = UInt64(text) else { throw UsageError("--seed needs a whole number from 0, not \(text)") }
        return seed
    }

    private static func requests(_ text: String) throws -> Int {
        guard let count = Int(text), requestRange.contains(count) else {
            let range = "\(requestRange.lowerBound) to \(requestRange.upperBound)"
            throw UsageError("--requests needs a whole number from \(range), not \(text)")
        }
        return count
    }
}
