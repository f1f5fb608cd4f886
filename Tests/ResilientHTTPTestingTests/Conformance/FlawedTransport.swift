import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Synchronization

/// A transport with one defect: a sound one, and what is done wrong around it.
struct FlawedTransport: Transport {
    typealias Send = @Sendable (ClientRequest, RequestContext, any Transport) async throws -> ClientResponse

    let base: any Transport
    let capabilities: TransportCapabilities
    let sending: Send
    let shuttingDown: @Sendable (any Transport) async -> Void

    init(
        _ base: any Transport,
        capabilities: TransportCapabilities? = nil,
        sending: @escaping Send = { try await $2.send($0, context: $1) },
        shuttingDown: @escaping @Sendable (any Transport) async -> Void = { await $0.shutdown() }
    ) {
        self.base = base
        self.capabilities = capabilities ?? base.capabilities
        self.sending = sending
        self.shuttingDown = shuttingDown
    }

    func send(_ request: ClientRequest, context: RequestContext) async throws -> ClientResponse {
        try await sending(request, context, base)
    }

    func shutdown() async {
        await shuttingDown(base)
    }
}

/// A defect and the checks that find it, and no others.
struct Defect: Sendable, CustomStringConvertible {
    let description: String
    let finders: Set<String>
    let make: @Sendable (any Transport) -> FlawedTransport

    init(_ name: String, foundBy finders: Set<String>, _ make: @escaping @Sendable (any Transport) -> FlawedTransport) {
        description = name
        self.finders = finders
        self.make = make
    }
}
