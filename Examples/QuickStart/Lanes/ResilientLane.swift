import Foundation
import ResilientHTTP

/// The client under demonstration: the recommended configuration and a handful of lines.
struct ResilientLane: Lane {
    private let client: ResilientClient
    private static let digest = HeaderFields.Name("X-Digest")

    init(_ settings: LaneSettings) throws {
        var configuration = Configuration.recommended
        configuration.timeouts.total = settings.limits.total
        configuration.timeouts.attempt = settings.limits.attemptTimeout
        configuration.validation?.requiresHTTPS = !settings.allowsPlainHTTP
        configuration.retry?.maxAttempts = settings.limits.attempts
        // The server is next door: start at 20 ms where the default, made for the internet, starts at half a second.
        configuration.retry?.backoff = .exponential(base: .milliseconds(20), cap: settings.limits.longestBackoff)
        // A refused connection is proof that nothing was sent: any request may try again, and it costs the server nothing.
        configuration.retry?.rules[.connect] = RetryRule(
            maxAttempts: settings.limits.connectAttempts,
            cost: 0,
            backoff: .constant(settings.limits.connectBackoff)
        )
        // A budget keeps a fleet from hammering a dying service. Here half of all requests are meant to fail, so it is
        // as large as the script demands.
        if settings.hasStormBudget {
            configuration.retry?.budget = .tokens(capacity: Double(500 + 30 * settings.requests))
        }
        if !settings.retries { configuration.retry = nil }
        // The breaker would leave a server alone that fails this often, and the point here is that every request that can
        // be answered is: the script is a service that fails half of the time and never recovers by being left alone.
        configuration.circuitBreaker = nil
        // Jitter from the seed, so that the run can be repeated.
        let runtime = ClientRuntime(random: SeededRandomSource(seed: settings.seed))
        // The outage is where it is shown.
        if let breaker = settings.breaker { configuration.circuitBreaker = breaker }
        configuration.deduplication = settings.deduplication
        configuration.cache = settings.cache
        client = try ResilientClient(
            configuration,
            dependencies: Dependencies(transport: settings.transport.make(), runtime: runtime)
        )
    }

    func send(_ request: PlannedRequest, to url: URL) async -> Outcome {
        let clock = ContinuousClock()
        let started = clock.now
        do {
            let response = try await client.request(
                ClientRequest.Method(request.method),
                url.absoluteString,
                body: request.body.map { .bytes($0, contentType: "application/json") } ?? .empty,
                headers: headers(request),
                options: RequestOptions(idempotencyKey: request.idempotencyKey)
            )
            let answer = Answer(
                status: response.status.code,
                digest: Self.digest.flatMap { response.headers[$0] },
                body: response.data
            )
            return Outcome(
                problem: answer.problem(for: request),
                isTyped: true,
                latency: clock.now - started,
                attempts: response.attempts.count
            )
        } catch {
            let error = error as? ResilientError
            return Outcome(
                problem: error?.shortDescription ?? "an untyped error",
                isTyped: error != nil,
                latency: clock.now - started,
                attempts: error?.attempts.count ?? 0
            )
        }
    }

    func end() async {
        await client.shutdown(grace: .seconds(1))
    }

    private func headers(_ request: PlannedRequest) -> HeaderFields {
        var headers = HeaderFields()
        headers[.authorization] = request.authorization
        return headers
    }
}
