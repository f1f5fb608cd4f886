import ResilientHTTP
import ResilientHTTPTesting
import Synchronization

/// The order in which a queue lets its waiters go. A push is a request that comes while the queue's only slot is taken;
/// a pop gives the slot back, and whoever gets it is the answer. The numbers are the traces': the higher, the sooner.
struct QueueOperation: Operation {
    static let name = "queue"
    static let keys = ["config", "ops"]

    private enum Kind: String {
        case push, pop
    }

    private struct Step {
        let kind: Kind
        /// Of a push. A pop's is what the trace expects, which is not looked at.
        let id: JSON
        let priority: Priority
    }

    private let world = ManualWorld(random: SeededRandomSource(seed: 0))
    private let queue: PriorityQueue
    private let steps: [Step]

    init(_ fields: Fields, _ session: Session) throws {
        steps = try TraceEvents.list(fields, "ops", known: ["op", "id", "priority"], read: Self.step)
        let pushes = steps.count { $0.kind == .push }
        let base = JSON.object([
            JSON.Member("max_concurrent_requests", .integer(1)),
            JSON.Member("capacity", .integer(max(1, pushes))),
        ])
        let settings = try base.overlaid(by: fields["config"] ?? .object([]))
            .decode(AdmissionConfiguration.self, at: "config")
        guard settings.maxConcurrentRequests == 1, settings.concurrency == .fixed else {
            throw ResilientError(.configuration, "config: a trace has one slot, and their number is fixed")
        }
        queue = try PriorityQueue(settings, runtime: world.runtime)
    }

    private static func step(_ fields: Fields) throws -> Step {
        guard let kind = Kind(rawValue: try fields.need(fields.string("op"), "op")) else {
            throw ResilientError.line("\(fields.name(of: "op")) is neither push nor pop")
        }
        guard kind == .push else { return Step(kind: kind, id: .null, priority: .normal) }
        let priority = try fields.need(fields.integer("priority", in: -1_000_000_000...1_000_000_000), "priority")
        return Step(kind: kind, id: try fields.need(fields["id"], "id"), priority: Priority(rawValue: -Int(priority)))
    }

    var place: OperationPlace { .anywhere }

    func run() async throws -> [JSON.Member] {
        let slot = Slot()
        // Whoever comes before the first push keeps the slot until the first pop.
        var requests = [(id: JSON.null, handle: push(.null, .normal, slot))]
        await world.settle()
        var results: [JSON] = []
        for step in steps {
            switch step.kind {
            case .push:
                // Not waited for: the executor runs tasks in their order, and each takes its place before the next.
                requests.append((step.id, push(step.id, step.priority, slot)))
            case .pop:
                await world.settle()
                guard queue.stats.waiting > 0 else {
                    results.append(.null)
                    continue
                }
                slot.giveBack()
                await world.settle()
                results.append(slot.holder)
            }
        }
        await world.settle()
        let refused = requests.compactMap { id, handle -> JSON? in
            guard case .failure(let error) = handle.result else { return nil }
            return .object([
                JSON.Member("id", id), JSON.Member("error", .string(ErrorAnswer.code(of: error))),
            ])
        }
        queue.shutdown()
        slot.giveBack()
        await world.settle()
        return [JSON.Member("results", .array(results)), JSON.Member("refused", .array(refused))]
    }

    private func push(_ id: JSON, _ priority: Priority, _ slot: Slot) -> QueuedRequest<Void> {
        queue.enqueue(priority: priority) { await slot.hold(id) }
    }

    /// What the request that runs waits for.
    private final class Slot: Sendable {
        private let state = Mutex<(holder: JSON, end: CheckedContinuation<Void, Never>?)>((.null, nil))

        var holder: JSON { state.withLock { $0.holder } }

        func hold(_ id: JSON) async {
            await withCheckedContinuation { end in state.withLock { $0 = (id, end) } }
        }

        func giveBack() {
            state.withLock { state in
                defer { state.end = nil }
                return state.end
            }?.resume()
        }
    }
}
