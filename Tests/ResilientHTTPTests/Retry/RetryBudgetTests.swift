import ResilientHTTPTesting
import Testing

@testable import ResilientHTTP

@Suite struct RetryBudgetTests {
    @Test(arguments: 0..<10 as Range<UInt64>)
    func aBucketOfTokensIsWhatAModelSays(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let budget = RetryBudget(.tokens(capacity: 50, cost: 5, timeoutCost: 10, successRefill: 1))
        var model = 50.0
        var held: [(RetryBudget.Withdrawal, Double)] = []
        let now = MonotonicTime.zero
        for _ in 0..<10_000 {
            switch Int.random(in: 0..<6, using: &random) {
            case 0, 1:
                let failure: FailureClass = Bool.random(using: &random) ? .timeout : .serverError
                let own = Int.random(in: 0..<4, using: &random) == 0 ? Double.random(in: 0...20, using: &random) : nil
                let cost = own ?? (failure == .timeout ? 10 : 5)
                let withdrawal = budget.withdraw(after: failure, cost: own, now: now)
                #expect((withdrawal != nil) == (model >= cost))
                if let withdrawal {
                    model -= cost
                    held.append((withdrawal, cost))
                }
            case 2, 3:
                guard let index = held.indices.randomElement(using: &random) else { continue }
                let (withdrawal, cost) = held.remove(at: index)
                budget.refund(withdrawal)
                model = min(50, model + cost)
            case 4:
                budget.noteFirstSuccess()
                model = min(50, model + 1)
            default:
                // A failed retry has used up what it cost.
                held.indices.randomElement(using: &random).map { _ = held.remove(at: $0) }
            }
            let left = budget.left(now: now)
            #expect(abs(left - model) < 1e-6)
            #expect((0...50).contains(left))
        }
    }

    /// Keeps every event and counts by looking at all of them.
    private struct RatioModel {
        let slice: Int64
        var calls: [Int64] = []
        var retries: [Int64] = []

        func counts(_ now: MonotonicTime) -> (calls: Int, retries: Int) {
            let current = now.nanoseconds / slice
            func count(_ events: [Int64]) -> Int { events.count { $0 > current - 10 && $0 <= current } }
            return (count(calls), count(retries))
        }
    }

    @Test(arguments: 0..<5 as Range<UInt64>)
    func aShareOfAWindowIsWhatAModelSays(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let budget = RetryBudget(.ratio(0.3, window: .seconds(1), floor: 2))
        var model = RatioModel(slice: 100_000_000)
        var held: [(RetryBudget.Withdrawal, Int64)] = []
        var now = MonotonicTime.zero
        for _ in 0..<10_000 {
            switch Int.random(in: 0..<8, using: &random) {
            case 0, 1, 2:
                budget.noteCall(now: now)
                model.calls.append(now.nanoseconds / model.slice)
            case 3, 4:
                let (calls, retries) = model.counts(now)
                let isAllowed = Double(retries + 1) <= max(2, 0.3 * Double(calls))
                let withdrawal = budget.withdraw(after: .serverError, cost: nil, now: now)
                #expect((withdrawal != nil) == isAllowed)
                if let withdrawal {
                    model.retries.append(now.nanoseconds / model.slice)
                    held.append((withdrawal, now.nanoseconds / model.slice))
                }
            case 5, 6:
                guard let index = held.indices.randomElement(using: &random) else { continue }
                let (withdrawal, slice) = held.remove(at: index)
                budget.refund(withdrawal)
                model.retries.firstIndex(of: slice).map { _ = model.retries.remove(at: $0) }
            default:
                // Mostly small steps, now and then beyond the whole window.
                let step = Int.random(in: 0..<50, using: &random) == 0 ? 3000 : Int.random(in: 0...60, using: &random)
                now = now + .milliseconds(step)
                model.calls.removeAll { $0 < now.nanoseconds / model.slice - 20 }
            }
            let (calls, retries) = model.counts(now)
            let left = budget.left(now: now)
            #expect(left == max(0, max(2, 0.3 * Double(calls)) - Double(retries)))
            #expect(left >= 0)
        }
    }

    @Test func refundingEverythingConservesUnderConcurrentUse() async {
        let budget = RetryBudget(.tokens(capacity: 1000))
        let ratio = RetryBudget(.ratio(0.5, window: .seconds(3600), floor: 100))
        await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var taken = 0
                    for _ in 0..<2000 {
                        let withdrawal = budget.withdraw(after: .timeout, cost: nil, now: .zero)
                        let share = ratio.withdraw(after: .timeout, cost: nil, now: .zero)
                        if withdrawal != nil { taken += 1 }
                        await Task.yield()
                        budget.refund(withdrawal)
                        ratio.refund(share)
                    }
                    return taken
                }
            }
            for await taken in group { #expect(taken > 0) }
        }
        #expect(budget.left(now: .zero) == 1000)
        #expect(ratio.left(now: .zero) == 100)
    }

    @Test func concurrentWithdrawalsNeverTakeMoreThanThereIs() async {
        let budget = RetryBudget(.tokens(capacity: 500, cost: 5))
        let taken = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    (0..<100).count { _ in budget.withdraw(after: .serverError, cost: nil, now: .zero) != nil }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(taken == 100)
        #expect(budget.left(now: .zero) == 0)
    }

    @Test func anEmptyBucketAllowsNothingButWhatIsFree() {
        let budget = RetryBudget(.tokens(capacity: 0))
        #expect(budget.withdraw(after: .serverError, cost: nil, now: .zero) == nil)
        #expect(budget.withdraw(after: .serverError, cost: 0, now: .zero) != nil)
        budget.noteFirstSuccess()
        #expect(budget.left(now: .zero) == 0)
    }

    /// A share is used up by every retry that was sent; tokens come back for one that succeeded.
    @Test func aSuccessGivesBackTokensAndNoShare() {
        let tokens = RetryBudget(.tokens(capacity: 50, cost: 5))
        tokens.noteRetrySuccess(tokens.withdraw(after: .serverError, cost: nil, now: .zero))
        #expect(tokens.left(now: .zero) == 50)
        let share = RetryBudget(.ratio(0.2, floor: 10))
        share.noteRetrySuccess(share.withdraw(after: .serverError, cost: nil, now: .zero))
        #expect(share.left(now: .zero) == 9)
    }
}
