import ExampleSupport
import ResilientHTTPTesting

/// What the command line asks for.
struct Options: Equatable, Sendable {
    enum Mode: Equatable, Sendable {
        case storm, compare, list, help
        /// The server's process, started by the program itself.
        case serve
        /// Responses of a generator, each with an identity.
        case hostile
    }

    static let requestRange = 1...10_000_000
    static let inFlightRange = 1...1_000

    var mode = Mode.storm
    /// The name of a `StormTransport`.
    var transport = "urlsession"
    /// Calls in all.
    var requests = 50_000
    /// What order, cancellations and jitter are derived from.
    var seed: UInt64 = 1
    /// Calls at a time.
    var inFlight = 64
    /// How many of a hundred answers are read as they arrive.
    var streamedPercent = 20
    /// Names from the catalogue; nil for all that the transport survives.
    var behaviours: [String]?
    /// Whether a share of the calls is cancelled.
    var cancels = true
    /// Bare URLSession in the client's place, to compare with.
    var isBare = false
    /// How long a response may take, in seconds, in a campaign.
    var patience = 5
    /// JSON on standard output, progress on standard error.
    var writesJSON = false

    init() {}

    /// Reads arguments, without the program's name.
    ///
    /// - Throws: `UsageError`.
    init(_ arguments: [String]) throws {
        var reader = ArgumentReader(arguments)
        while reader.next() {
            switch reader.name {
            case "--transport": transport = try Self.transport(reader.value())
            case "--requests": requests = try reader.number(in: Self.requestRange)
            case "--hostile": (mode, requests) = (.hostile, try reader.number(in: Self.requestRange))
            case "--patience": patience = try reader.number(in: 1...600)
            case "--seed": seed = try reader.number(in: 0...UInt64.max)
            case "--in-flight": inFlight = try reader.number(in: Self.inFlightRange)
            case "--streams": streamedPercent = try reader.number(in: 0...100)
            case "--behaviours": behaviours = try Self.behaviours(reader.value())
            case "--no-cancel": cancels = try !reader.flag()
            case "--bare": isBare = try reader.flag()
            case "--json": writesJSON = try reader.flag()
            case "--compare": if try reader.flag() { mode = .compare }
            case "--list": if try reader.flag() { mode = .list }
            case "--serve": if try reader.flag() { mode = .serve }
            case "--help", "-h": if try reader.flag() { mode = .help }
            default: throw reader.unknown
            }
        }
        if isBare, mode == .compare { throw UsageError("--compare runs both clients; leave --bare out") }
        if isBare, transport != "urlsession" { throw UsageError("--bare is bare URLSession; leave --transport out") }
    }

    private static func transport(_ name: String) throws(UsageError) -> String {
        let names = StormTransport.all.map(\.name)
        guard names.contains(name) else {
            throw UsageError("--transport needs one of \(names.joined(separator: ", ")), not \(name)")
        }
        return name
    }

    private static func behaviours(_ list: String) throws(UsageError) -> [String] {
        let names = list.split(separator: ",").map(String.init)
        let known = Set(FaultServer.Behaviour.catalogue.map(\.name))
        if let stranger = names.first(where: { !known.contains($0) }) {
            throw UsageError("there is no behaviour \(stranger); --list shows all")
        }
        guard Set(names).count == names.count, !names.isEmpty else {
            throw UsageError("--behaviours needs different names")
        }
        return names
    }
}
