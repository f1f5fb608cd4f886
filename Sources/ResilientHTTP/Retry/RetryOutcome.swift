extension RetryStage {
    /// How an attempt ended, sorted; behind a reference, because waits for the next attempt hold it.
    final class Outcome: Sendable {
        let result: Result<ClientResponse, any Error>
        /// The kind of failure; nil for a success and for what says nothing about the server.
        let failure: FailureClass?

        /// Of an attempt that is under way.
        static let none = Outcome(failure: CancellationError())

        private init(failure: any Error) {
            result = .failure(failure)
            self.failure = nil
        }

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
