extension Configuration {
    /// For a service in production, by the numbers of specification row 19: five attempts from 2 s to 120 s apart, a
    /// breaker that opens after ten failures for five minutes and closes after five successes, and at most 1000
    /// requests in any hour, beyond which calls fail at once.
    public static let production = Configuration().with {
        $0.retry = RetryConfiguration(
            maxAttempts: 5,
            backoff: .exponential(base: .seconds(2), factor: 2, cap: .seconds(120), jitter: .full)
        )
        $0.circuitBreaker = CircuitBreakerConfiguration(
            failureThreshold: 10,
            recoveryTimeout: .seconds(300),
            successThreshold: 5
        )
        $0.rateLimit = hourly(1000)
    }

    /// For a developer's machine (row 19): the recommended stages, and at most 100 requests in any minute.
    public static let development = Configuration().with {
        $0.rateLimit = limit(100, per: .seconds(60))
    }

    /// For high throughput (row 19): quick retries, three attempts from 0.5 s to 10 s apart that grow by half, and at
    /// most 10,000 requests in any hour.
    public static let highThroughput = Configuration().with {
        $0.retry = RetryConfiguration(
            maxAttempts: 3,
            backoff: .exponential(base: .milliseconds(500), factor: 1.5, cap: .seconds(10), jitter: .full)
        )
        $0.rateLimit = hourly(10_000)
    }

    private static func hourly(_ requests: Int) -> RateLimitConfiguration {
        limit(requests, per: .seconds(3600))
    }

    private static func limit(_ requests: Int, per period: Duration) -> RateLimitConfiguration {
        var limits = RateLimitConfiguration(["requests": RateLimit(requests: requests, per: period)])
        limits.onLimit = .fail
        return limits
    }
}
