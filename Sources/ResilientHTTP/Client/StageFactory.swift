/// Builds the built-in stages of a configuration, keeping what has state from an earlier client where it can.
struct StageFactory {
    let configuration: Configuration
    let dependencies: Dependencies
    /// The budget of the client that this one is a copy of.
    let previousBudget: SharedBudget?

    /// A retry budget and the settings that it was made from.
    ///
    /// It is kept when other retry settings change: a copy with more attempts must not come with a fresh budget, or
    /// copying a client would be a way around it.
    struct SharedBudget: Sendable {
        let configuration: RetryBudgetConfiguration
        let budget: RetryBudget
    }

    func makeBudget() -> SharedBudget? {
        guard let settings = configuration.retry?.budget else { return nil }
        if let previousBudget, previousBudget.configuration == settings { return previousBudget }
        return SharedBudget(configuration: settings, budget: RetryBudget(settings))
    }

    func makeStages(budget: RetryBudget?) throws -> [Stage] {
        var stages: [Stage] = []
        let policy = configuration.validation.map(URLPolicy.init)
        if let validation = configuration.validation {
            stages.append(
                Stage(
                    .validation,
                    ValidationStage(
                        configuration: validation,
                        validators: dependencies.validators,
                        warn: dependencies.onWarning
                    )
                )
            )
        }
        if let total = configuration.timeouts.total {
            stages.append(Stage(.deadline, DeadlineStage(total: total)))
        }
        if let fallback = configuration.fallback {
            stages.append(
                Stage(
                    .fallback,
                    FallbackStage(fallback, dependencies.fallbacks, baseURL: configuration.baseURL, policy: policy)
                )
            )
        }
        if let redirects = configuration.redirects {
            stages.append(Stage(.redirects, RedirectStage(configuration: redirects, policy: policy)))
        }
        if let retry = configuration.retry {
            stages.append(
                Stage(
                    .retry,
                    RetryStage(
                        retry,
                        budget: budget,
                        policy: dependencies.retryPolicy,
                        failureClass: dependencies.failureClass,
                        refreshCredentials: dependencies.refreshCredentials
                    )
                )
            )
        }
        if let hedging = configuration.hedging {
            let classifier = FailureClassifier(
                retryableStatuses: configuration.retry?.statuses,
                heedsServer: configuration.retry?.heedsServer ?? true,
                custom: dependencies.failureClass
            )
            stages.append(Stage(.hedging, HedgingStage(hedging, budget: budget, classifier: classifier)))
        }
        if configuration.timeouts.boundsAttempts {
            stages.append(Stage(.attemptTimeout, AttemptTimeoutStage(timeouts: configuration.timeouts)))
        }
        return try StageArrangement.arrange(stages, custom: dependencies.stages, order: configuration.order)
    }
}
