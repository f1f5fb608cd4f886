import ResilientHTTP
import Synchronization

/// The clients by name.
final class ClientTable: Sendable {
    /// Each has connections of its own, and a process has so many descriptors.
    static let limit = 4_096

    private let defaultTransport: TransportKind
    private let clients = Mutex<[String: ProbeClient]>([:])

    init(defaultTransport: TransportKind) {
        self.defaultTransport = defaultTransport
    }

    var all: [ProbeClient] { clients.withLock { Array($0.values) } }

    /// The client that a line names, made at the first line that names it.
    ///
    /// Throws for a config that cannot be used, and for one that differs from that of the client's first line.
    func client(_ fields: Fields) throws -> ProbeClient {
        let name = (fields["client"] ?? .null).text
        if let existing = clients.withLock({ $0[name] }) {
            if let config = fields["config"], config != existing.config,
                try ClientSettings(config, defaultTransport: defaultTransport) != existing.settings
            {
                throw ResilientError(.configuration, "client \(name) was made with another config; use another name")
            }
            return existing
        }
        let made = try ProbeClient(name: name, config: fields["config"], defaultTransport: defaultTransport)
        return try clients.withLock { clients in
            guard clients.count < Self.limit else {
                throw ResilientError(.queueFull, "there are \(Self.limit) clients; close some", reachedServer: .no)
            }
            clients[name] = made
            return made
        }
    }

    /// The client that a line names; throws when no line has made it.
    func existing(_ fields: Fields) throws(ResilientError) -> ProbeClient {
        let name = (fields["client"] ?? .null).text
        guard let client = clients.withLock({ $0[name] }) else {
            throw .line("there is no client \(name): a request makes one")
        }
        return client
    }

    /// Takes a client out, so that its name is free.
    func remove(_ client: ProbeClient) {
        clients.withLock { clients in
            if clients[client.name] === client { clients[client.name] = nil }
        }
    }
}
