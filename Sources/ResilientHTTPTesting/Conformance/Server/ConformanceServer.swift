public import Foundation

/// What the checks of ``TransportConformance`` talk to: it plays scenarios and reports what arrived.
///
/// ``FaultConformanceServer`` is one over real sockets, ``MockConformanceServer`` one without a network. A transport
/// that calls neither, over unix sockets for example, needs one of its own.
public protocol ConformanceServer: Sendable {
    /// Where it is, without a path.
    var url: URL { get }

    /// What it sees beyond the requests themselves.
    var observes: Set<ConformanceObservation> { get }

    /// The URL of a place where something else is, or nothing; nil when there is none of that kind.
    func url(of place: ConformancePlace) throws -> URL?

    /// Says what the requests for a path get: the k-th the k-th scenario, the last one repeats.
    ///
    /// Paths without a scenario answer 200 without a body.
    func play(_ scenarios: [ConformanceScenario], at path: String) async

    /// The requests whose target begins with a text, in the order in which they came, incomplete ones included.
    func received(under prefix: String) async -> [ConformanceRequest]

    /// How many times a whole request for a path reached the server, those included that it cut off unread.
    func deliveries(at path: String) async -> Int

    /// How many connections by which requests for a path came are still open.
    func openConnections(at path: String) async -> Int

    /// How many bytes of generated bodies were handed to the network for requests for a path.
    func bytesGenerated(at path: String) async -> Int
}
