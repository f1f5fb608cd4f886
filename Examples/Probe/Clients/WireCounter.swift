import ResilientHTTP
import Synchronization

/// A transport that counts what is on the wire, for clocks that should not be moved while an answer is on its way.
final class WireCounter: Transport {
    private let base: any Transport
    private let sending = Atomic(0)

    init(_ base: any Transport) {
        self.base = base
    }

    /// How many requests have been handed to the transport and not been answered.
    var count: Int { sending.load(ordering: .acquiring) }

    var capabilities: TransportCapabilities { base.capabilities }

    func send(_ request: ClientRequest, context: RequestContext) async throws -> ClientResponse {
        sending.add(1, ordering: .relaxed)
        defer { sending.subtract(1, ordering: .releasing) }
        return try await base.send(request, context: context)
    }

    func shutdown() async {
        await base.shutdown()
    }
}
