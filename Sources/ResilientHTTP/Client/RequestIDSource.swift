import Synchronization

/// Makes request ids: a random half for the client, a scattered counter for the call.
final class RequestIDSource: Sendable {
    private let high: UInt64
    private let start: UInt64
    private let counter = Atomic<UInt64>(0)

    init(_ runtime: ClientRuntime) {
        high = runtime.randomBits()
        start = runtime.randomBits()
    }

    func next() -> RequestID {
        let count = counter.wrappingAdd(1, ordering: .relaxed).newValue
        return RequestID(high: high, low: SeededRandomSource.mix(start &+ count))
    }
}
