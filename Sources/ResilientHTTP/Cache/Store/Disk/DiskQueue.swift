import Dispatch
import Synchronization

/// Does work that blocks on a thread of its own, one piece after another, so much of it and no more.
final class DiskQueue: Sendable {
    /// The most pieces that wait.
    static let limit = 256

    private let queue: DispatchQueue
    private let pending = Atomic(0)

    init(_ name: String) {
        queue = DispatchQueue(label: "ResilientHTTP.DiskCacheStore.\(name)")
    }

    /// Nil when too much is waiting already.
    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value? {
        let result = OneShot<Value>()
        guard start({ result.resolve(Result { try work() }) }) else { return nil }
        return try await result.value()
    }

    /// Begins work that nobody waits for; false when too much is waiting already.
    @discardableResult
    func start(_ work: @escaping @Sendable () -> Void) -> Bool {
        guard pending.add(1, ordering: .relaxed).newValue <= Self.limit else {
            pending.subtract(1, ordering: .relaxed)
            return false
        }
        queue.async { [self] in
            work()
            pending.subtract(1, ordering: .relaxed)
        }
        return true
    }
}
