extension RetryStage {
    /// How an attempt ended, sorted.
    struct Outcome {
        let result: Result<ClientResponse, any Error>
        /// The kind of failure; nil for a success and for what says nothing about the server.
        let failure: FailureClass?

        init(answer: ClientResponse, _ classifier: FailureClassifier) {
            result = .success(answer)
            failure = classifier.classify(answer)
        }

        init(error: any Error, _ classifier: FailureClassifier) {
            result = .failure(error)
            failure = error is CancellationError ? nil : classifier.classify(error)
        }

        var response: ClientResponse? { try? result.get() }

        var error: (any Error)? {
            if case .failure(let error) = result { error } else { nil }
        }

        /// Proof, not likelihood.
        var neverReachedServer: Bool {
            (error as? ResilientError)?.reachedServer == .no
        }
    }
}
