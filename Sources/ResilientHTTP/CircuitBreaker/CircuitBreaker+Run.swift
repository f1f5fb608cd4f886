extension CircuitBreaker {
    /// Runs an operation if the breaker lets it, and counts how it ends.
    ///
    /// Throws `circuitOpen`, without running the operation, when the breaker is open; otherwise what the operation
    /// throws.
    ///
    /// - Parameters:
    ///   - classify: What an error says about the service, ``outcome(of:)`` unless given. `CancellationError`, and any
    ///     error of a task that has been cancelled, is neutral whatever it says.
    ///   - operation: What to run; a normal return is a success.
    public func run<Value>(
        classify: (any Error) -> Outcome = CircuitBreaker.outcome(of:),
        _ operation: () async throws -> Value
    ) async throws -> Value {
        let permit: BreakerPermit
        switch admit() {
        case .permitted(let admitted): permit = admitted
        case .refused(let refusal): throw error(refusal)
        }
        do {
            let value = try await operation()
            settle(permit, .success)
            return value
        } catch {
            let isCancelled = error is CancellationError || Task.isCancelled
            settle(permit, isCancelled ? .neutral : BreakerResult(classify(error)))
            throw error
        }
    }

    /// What an error says about the service, unless somebody knows better: cancellation and local refusals nothing,
    /// errors of this package what their code and status say, all others a failure.
    public static func outcome(of error: any Error) -> Outcome {
        guard !(error is CancellationError) else { return .neutral }
        guard let error = error as? ResilientError else { return .failure(type: String(describing: type(of: error))) }
        return BreakerClassifier().outcome(of: error)
    }
}
