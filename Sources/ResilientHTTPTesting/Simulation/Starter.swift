import ResilientHTTP
import Synchronization

extension Simulation {
    /// Starts a client's background tasks on the simulation.
    ///
    /// The reference back is weak: the simulation owns the runtime, which owns this.
    final class Starter: TaskStarter {
        private struct Reference: Sendable {
            weak let simulation: Simulation?
        }

        private let reference = Mutex(Reference(simulation: nil))

        func use(_ simulation: Simulation) {
            reference.withLock { $0 = Reference(simulation: simulation) }
        }

        func start(_ operation: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
            guard let simulation = reference.withLock({ $0.simulation }) else { return Task {} }
            return Task(executorPreference: simulation) { await operation() }
        }
    }
}
