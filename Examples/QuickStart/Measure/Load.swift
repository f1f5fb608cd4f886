import Foundation
import Synchronization

/// Sends the requests of a scenario through one client, so many at a time.
struct Load: Sendable {
    /// Requests in flight.
    static let workers = 16

    let requests: [PlannedRequest]
    /// One client for all workers, or one for each; then each worker takes its own share, one request after the other.
    let lanes: [any Lane]
    let url: @Sendable (PlannedRequest) -> URL
    let onFinish: @Sendable () -> Void

    /// The outcomes in the order of the requests.
    func run() async -> [Outcome] {
        let tickets = Tickets(count: requests.count)
        var outcomes: [(Int, Outcome)] = []
        await withTaskGroup(of: [(Int, Outcome)].self) { group in
            for worker in 0..<Self.workers {
                let lane = lanes[worker % lanes.count]
                group.addTask {
                    lanes.count > 1
                        ? await send(stride(from: worker, to: requests.count, by: Self.workers), lane)
                        : await send(tickets, lane)
                }
            }
            for await some in group { outcomes += some }
        }
        return outcomes.sorted { $0.0 < $1.0 }.map(\.1)
    }

    private func send(_ indices: some Sequence<Int>, _ lane: any Lane) async -> [(Int, Outcome)] {
        var outcomes: [(Int, Outcome)] = []
        for index in indices {
            outcomes.append((index, await lane.send(requests[index], to: url(requests[index]))))
            onFinish()
        }
        return outcomes
    }
}

extension Load {
    /// Hands out the indices of the requests, each once, to whichever worker is free.
    private final class Tickets: Sequence, IteratorProtocol, Sendable {
        private let count: Int
        private let taken = Atomic(0)

        init(count: Int) {
            self.count = count
        }

        func next() -> Int? {
            let index = taken.wrappingAdd(1, ordering: .relaxed).oldValue
            return index < count ? index : nil
        }
    }
}
