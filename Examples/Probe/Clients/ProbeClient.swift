import ResilientHTTP
import ResilientHTTPTesting

/// A client that a line has asked for.
final class ProbeClient: Sendable {
    /// Its name on the lines, as JSON.
    let name: String
    /// The config of its first line, as it was written and as it was read.
    let config: JSON?
    let settings: ClientSettings
    let client: ResilientClient
    /// Where its lines are kept in order; nil on the system's clock.
    let lane: ManualLane?

    /// Throws a configuration error that lists every problem.
    init(name: String, config: JSON?, defaultTransport: TransportKind) throws {
        self.name = name
        self.config = config
        settings = try ClientSettings(config, defaultTransport: defaultTransport)
        let transport: any Transport
        var wire: WireCounter?
        if settings.transport == .mock {
            // Nothing looks at what was sent.
            transport = MockTransport(try ScriptedAnswer.list(settings.mock, at: "config.mock"), recordingLimit: 0)
        } else if settings.isManual {
            let counter = WireCounter(try settings.transport.make(settings.configuration.pool))
            (transport, wire) = (counter, counter)
        } else {
            transport = try settings.transport.make(settings.configuration.pool)
        }
        let runtime: ClientRuntime
        if settings.isManual {
            let world = ManualWorld(random: SeededRandomSource(seed: settings.seed ?? 0), wire: wire)
            lane = ManualLane(world)
            runtime = world.runtime
        } else {
            lane = nil
            runtime = settings.seed.map { ClientRuntime(random: SeededRandomSource(seed: $0)) } ?? .system
        }
        client = try ResilientClient(
            settings.configuration,
            dependencies: Dependencies(transport: transport, runtime: runtime)
        )
    }
}
