import CacheTestSuite
import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

/// The cache tests of http-tests.com, on a clock that is moved.
@Suite(.oracles, .oneAtATime, .timeLimit(.minutes(15)))
struct CacheTestsInProcess {
    /// Nothing but the cache. That a stale answer stands in for a server that has closed the connection is the
    /// program's choice (RFC 9111 §4.2.4), and two required tests presuppose it.
    private static let configuration = Configuration.passthrough.with {
        $0.cache = CacheConfiguration()
        $0.cache?.staleIfError = .seconds(86_400)
    }

    @Test func everyTestOfTheGatePassesAndEveryOtherFailureIsKnown() throws {
        let catalogue = try CacheTestCatalogue(folder: #require(Oracles.folder))
        let simulation = Simulation(seed: 1)
        let verdicts = try simulation.run { simulation in
            var verdicts: [String: CacheTestVerdict] = [:]
            for test in catalogue.tests { verdicts[test.id] = try await Self.verdict(of: test, simulation) }
            return verdicts
        }
        try simulation.settleToNothing()

        let score = CacheTestScore(catalogue, verdicts)
        print(score.table)
        for kind in ["required", "optimal", "check"] {
            for (name, reason) in score.failures(kind: kind).sorted(by: { $0.key < $1.key }) {
                print("\(kind) \(name): \(reason)")
            }
        }
        #expect(catalogue.gate.count == 110)
        #expect(catalogue.gate.filter { !score.counts($0) } == [])
        #expect(score.failures(kind: "required").count <= 5)
        #expect(score.failures(kind: "optimal").count <= 15)
        let failures = score.failures(kind: "required").merging(score.failures(kind: "optimal")) { first, _ in first }
        #expect(Set(failures.keys) == Set(KnownDifferences.reasons.keys))
    }

    private static func verdict(of test: CacheTestCase, _ simulation: Simulation) async throws -> CacheTestVerdict {
        let start = Int64(simulation.runtime.date.timeIntervalSince1970)
        let plan = CacheTestPlan(test, start: start)
        let origin = CacheTestOrigin(plan)
        let dependencies = simulation.dependencies(transport: InProcessOrigin(origin))
        let results = try await withResilientClient(configuration, dependencies: dependencies) { client in
            var results: [CacheTestResult] = []
            for step in plan.steps {
                results.append(await send(step, client))
                // What goes on in the background comes to its end, also where no time is to pass.
                try await simulation.sleep(for: step.pauses ? .seconds(CacheTestPlan.pause) : .nanoseconds(1))
            }
            return results
        }
        // The next test begins at a whole second.
        try await simulation.sleep(for: .seconds(1) - .nanoseconds(plan.steps.count { !$0.pauses }))
        return CacheTestChecker(test).verdict(results, origin)
    }

    private static func send(_ step: CacheTestPlan.Step, _ client: ResilientClient) async -> CacheTestResult {
        do {
            let fields = step.headers.compactMap { field in
                HeaderFields.Name(field.name).map { HeaderFields.Field(name: $0, value: field.value) }
            }
            let url = try #require(URL(string: "http://origin.test\(step.target)"))
            let request = ClientRequest(
                method: .init(step.method),
                url: url,
                headers: HeaderFields(fields),
                body: step.body.map { .bytes(Data($0.utf8), contentType: nil) } ?? .empty
            )
            // What a browser calls no-cache has what is kept confirmed.
            let options = RequestOptions(cacheMode: step.cacheMode == "no-cache" ? .revalidate : nil)
            let response = try await client.send(request, options: options)
            return .answer(
                status: response.status.code,
                headers: response.headers.map { ($0.name.rawName, $0.value) },
                body: response.text
            )
        } catch {
            return .failure("\(error)")
        }
    }
}
