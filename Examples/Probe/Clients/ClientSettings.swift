import ResilientHTTP
import ResilientHTTPTesting

/// What a line's `config` asks for: the library's configuration, and what is the probe's own.
struct ClientSettings: Equatable, Sendable {
    /// The keys that are not the library's.
    static let ownKeys = ["preset", "transport", "clock", "mock", "seed"]

    var configuration: Configuration
    var transport: TransportKind
    var isManual = false
    /// The script of the mock transport.
    var mock: [JSON] = []
    /// Of the client's chance; nil for the system's, or for 0 on a manual clock.
    var seed: UInt64?

    /// Reads a `config`; nil for one that was left out.
    init(_ json: JSON?, defaultTransport: TransportKind) throws {
        transport = defaultTransport
        switch json {
        case nil:
            configuration = .passthrough
        case .string(let name):
            configuration = try Preset.named(name).configuration
        case .object(let members)?:
            let own = members.filter { Self.ownKeys.contains($0.name) }
            let rest = JSON.object(members.filter { !Self.ownKeys.contains($0.name) })
            let fields = try Fields(.object(own), at: "config", known: Self.ownKeys)
            let preset = try fields.string("preset").map(Preset.named)
            let base = try preset.map { try JSON(encoding: $0.configuration) }
            configuration = try (base?.overlaid(by: rest) ?? rest).decode(Configuration.self, at: "config")
            try read(fields)
        case .some(let other):
            throw ResilientError(.configuration, "config is \(other.kind): expected an object or the name of a preset")
        }
    }

    private mutating func read(_ fields: Fields) throws(ResilientError) {
        if let name = try fields.string("transport") {
            guard let kind = TransportKind(rawValue: name) else {
                throw ResilientError(.configuration, "config.transport: '\(name)' is not urlsession, curl or mock")
            }
            transport = kind
        }
        switch try fields.string("clock") {
        case nil, "system": isManual = false
        case "manual": isManual = true
        case .some(let name):
            throw ResilientError(.configuration, "config.clock: '\(name)' is not system or manual")
        }
        if let script = try fields.array("mock") {
            guard transport == .mock || fields["transport"] == nil else {
                throw ResilientError(
                    .configuration,
                    "config.mock has no effect: the transport is \(transport.rawValue)"
                )
            }
            transport = .mock
            mock = script
        }
        seed = try fields.integer("seed", in: 0...1 << 53).map(UInt64.init)
    }
}
