import Foundation
import Testing

@testable import ResilientHTTP

@Suite struct AdmissionConfigurationTests {
    private func decode(_ json: String) throws -> AdmissionConfiguration {
        try JSONDecoder().decode(AdmissionConfiguration.self, from: Data(json.utf8))
    }

    private func problems(_ json: String) throws -> [String] {
        let error = try #require(#expect(throws: ResilientError.self) { try decode(json) })
        #expect(error.code == .configuration)
        return error.problems.map(\.path)
    }

    @Test func theDefaultsAreThoseOfTheSpecification() {
        let configuration = AdmissionConfiguration()
        #expect(configuration.maxConcurrentRequests == 10)
        #expect(configuration.capacity == 50)
        #expect(configuration.overflow == .rejectNewest)
        #expect(configuration.ageing == .seconds(30))
        #expect(configuration.concurrency == .fixed)
        #expect(configuration.problems.isEmpty)
        #expect([Priority.high, .normal, .low].map(\.rawValue) == [0, 1, 2])
    }

    @Test func everySettingComesFromAFileAndGoesBackToIt() throws {
        let configuration = try decode(
            """
            {"max_concurrent_requests": 20, "capacity": 200, "overflow": "drop_lowest", "ageing": 2.5,
             "sheds_late": false,
             "concurrency": {"kind": "gradient", "min": 2, "max": 40, "backoff_ratio": 0.5, "increase": 2,
                             "slow_after": 1.5, "tolerance": 2, "window": 0.5, "window_samples": 20,
                             "baseline_interval": 30}}
            """
        )
        #expect(configuration.maxConcurrentRequests == 20)
        #expect(configuration.capacity == 200)
        #expect(configuration.overflow == .dropLowest)
        #expect(configuration.ageing == .milliseconds(2500))
        #expect(!configuration.shedsLate)
        var limit = ConcurrencyLimitConfiguration.gradient(min: 2, max: 40, tolerance: 2)
        limit.backoffRatio = 0.5
        limit.increase = 2
        limit.slowAfter = .milliseconds(1500)
        limit.window = .milliseconds(500)
        limit.windowSamples = 20
        limit.baselineInterval = .seconds(30)
        #expect(configuration.concurrency == limit)
        let again = try JSONDecoder().decode(AdmissionConfiguration.self, from: JSONEncoder().encode(configuration))
        #expect(again == configuration)
        #expect(try decode(#"{"ageing": null}"#).ageing == nil)
    }

    @Test func everyProblemIsListedWithItsPath() throws {
        #expect(
            try problems(
                """
                {"max_concurrent_requests": 0, "capacity": 0, "overflow": "explode", "ageing": 0, "size": 1,
                 "concurrency": {"kind": "aimd", "min": 9, "max": 3, "backoff_ratio": 1, "increase": 0,
                                 "slow_after": -1, "tolerance": 0.5, "window": 0, "window_samples": 0,
                                 "baseline_interval": 0}}
                """
            ) == [
                "size", "concurrency.backoff_ratio", "concurrency.increase", "concurrency.slow_after",
                "concurrency.tolerance", "concurrency.window", "concurrency.window_samples",
                "concurrency.baseline_interval", "concurrency.min", "overflow", "max_concurrent_requests", "capacity",
                "ageing",
            ]
        )
    }

    @Test func valuesMadeInCodeAreCheckedToo() throws {
        var configuration = AdmissionConfiguration(maxConcurrentRequests: -1, capacity: Int.max)
        configuration.ageing = .seconds(-1)
        configuration.concurrency.tolerance = .nan
        configuration.concurrency.backoffRatio = .infinity
        configuration.concurrency.min = 0
        let error = try #require(#expect(throws: ResilientError.self) { try PriorityQueue(configuration) })
        #expect(
            error.problems.map(\.path) == [
                "max_concurrent_requests", "concurrency.min", "concurrency.backoff_ratio", "concurrency.tolerance",
                "capacity", "ageing",
            ]
        )
    }

    @Test func anAdaptiveLimitBeginsInItsRange() throws {
        #expect(
            try problems(#"{"max_concurrent_requests": 50, "concurrency": {"kind": "aimd", "max": 40}}"#)
                == ["max_concurrent_requests"]
        )
        // A fixed one has no range.
        #expect(try decode(#"{"max_concurrent_requests": 50, "concurrency": {"max": 40}}"#).maxConcurrentRequests == 50)
    }
}
