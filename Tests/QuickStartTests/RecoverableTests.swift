import Testing

@testable import QuickStart

@Suite struct RecoverableTests {
    private let limits = AttemptLimits()

    @Test func aReadIsRecoverableWhenAnAttemptIsAnswered() {
        #expect(isRecoverable("GET", [.ok]))
        #expect(isRecoverable("GET", [.resetBeforeAnswer, .unavailable, .ok]))
        #expect(!isRecoverable("GET", [.unavailable, .unavailable, .unavailable, .ok]))
    }

    @Test func anUnsafeRequestIsRecoverableUntilItWasComplete() {
        #expect(isRecoverable("POST", [.ok]))
        #expect(isRecoverable("POST", [.refused, .ok]))
        #expect(!isRecoverable("POST", [.resetBeforeAnswer, .ok]))
        #expect(!isRecoverable("POST", [.unavailable, .ok]))
        #expect(!isRecoverable("POST", [.refused, .closeWithoutAnswer, .ok]))
    }

    @Test func aKeyMakesAnUnsafeRequestRepeatable() {
        #expect(isRecoverable("POST", key: "k", [.resetBeforeAnswer, .ok]))
    }

    @Test func theAnswerHasToComeBeforeTheDeadline() {
        var limits = limits
        limits.total = .milliseconds(900)
        #expect(!PlannedRequest(0, steps: [.throttledOneSecond, .ok]).isRecoverable(by: limits))
        #expect(PlannedRequest(0, steps: [.throttled, .ok]).isRecoverable(by: limits))
        limits.attemptTimeout = .milliseconds(900)
        #expect(!PlannedRequest(0, steps: [.hang, .ok]).isRecoverable(by: limits))
    }

    private func isRecoverable(_ method: String, key: String? = nil, _ steps: [ServerStep]) -> Bool {
        PlannedRequest(0, method: method, idempotencyKey: key, steps: steps).isRecoverable(by: limits)
    }
}
