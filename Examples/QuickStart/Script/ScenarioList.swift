import Foundation

/// The fixed list of scenarios.
///
/// ResilientHTTP's column is the same for a seed. In bare URLSession's, a few requests more or less succeed or are done
/// twice from run to run, because libcurl silently repeats a request whose reused connection breaks before the answer,
/// and which connection that is depends on timing.
enum ScenarioList {
    static func all(_ workload: Workload) -> [Scenario] {
        safeFaults(workload) + connections(workload) + redirects(workload) + unsafeRequests(workload)
            + [storm(workload)]
    }

    static func keyed(_ index: Int, steps: [ServerStep]) -> PlannedRequest {
        PlannedRequest(
            index,
            method: "POST",
            body: Data("{\"order\":\(index)}".utf8),
            idempotencyKey: "order-\(index)",
            steps: steps
        )
    }

    static func body(_ index: Int, _ generator: inout SeededGenerator) -> Data {
        Data("{\"order\":\(index),\"amount\":\(Int.random(in: 1...9_999, using: &generator))}".utf8)
    }
}
