import ResilientHTTP
import ResilientHTTPTesting
import Testing

@Suite struct DependenciesTests {
    @Test func whatAStageThatIsOffWouldIgnoreIsRefusedAtOnce() throws {
        var dependencies = Dependencies(transport: MockTransport())
        dependencies.validators = [RequestValidator(named: "any") { _, _ in nil }]
        dependencies.failureClass = { _ in nil }
        dependencies.refreshCredentials = { _, _, _ in nil }
        dependencies.retryPolicy = StandardRetryPolicy()
        let error = try #require(throws: ResilientError.self) {
            try ResilientClient(.passthrough, dependencies: dependencies)
        }
        #expect(
            error.problems.map(\.path) == [
                "dependencies.validators", "dependencies.retry_policy", "dependencies.failure_class",
                "dependencies.refresh_credentials",
            ]
        )
        _ = try ResilientClient(.recommended, dependencies: dependencies)
    }
}
