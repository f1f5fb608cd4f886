import ExampleSupport
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
    /// What ResilientHTTP's requests go through.
    var transport = LaneTransport.urlsession
    /// Print the help and nothing else.
    var wantsHelp = false

    init() {}

    /// Reads arguments, without the program's name. Values follow their option or an equals sign.
    ///
    /// - Throws: `UsageError`.
    init(_ arguments: [String]) throws {
        var reader = ArgumentReader(arguments)
        while reader.next() {
            switch reader.name {
            case "--url": url = try Self.url(reader.value())
            case "--seed": seed = try reader.number(in: 0...UInt64.max)
            case "--requests": requests = try reader.number(in: Self.requestRange)
            case "--json": writesJSON = try reader.flag()
            case "--transport": transport = try Self.transport(reader.value())
            case "--no-retry": retries = try !reader.flag()
            case "--help", "-h": wantsHelp = try reader.flag()
            default: throw reader.unknown
            }
        }
    }

    private static func transport(_ name: String) throws(UsageError) -> LaneTransport {
        guard let transport = LaneTransport(rawValue: name) else {
            throw UsageError("--transport needs urlsession or curl, not \(name)")
        }
        return transport
    }

    private static func url(_ text: String) throws -> URL {
        guard let url = URL(string: text), let host = url.host, !host.isEmpty,
            let scheme = url.scheme?.lowercased(), scheme == "http" || scheme == "https"
        else { throw UsageError("--url needs an absolute http or https URL, not \(text)") }
        return url
    }
}
