import Foundation
import ResilientHTTP
import ResilientHTTPTesting

/// What the retry stage makes of a series of outcomes: the stage itself, on the path that every request takes, with a
/// scripted transport, scripted chance and a clock that jumps.
///
/// The outcomes are those of one call's attempts, and when that call ends, those of the next call of the same client.
struct RetryOperation: Operation {
    static let name = "retry"
    static let keys = ["config", "method", "headers", "body", "body_b64", "outcomes", "random"]

    /// Outcomes of a line.
    private static let outcomeLimit = 100_000

    private let client: ResilientClient
    private let world: ManualWorld
    private let random: ScriptedRandom
    private let request: ClientRequest
    private let outcomes: Int

    init(_ fields: Fields, _ session: Session) throws {
        let retry = try fields["config"]?.decode(RetryConfiguration.self, at: "config") ?? RetryConfiguration()
        let script = try fields.need(fields.array("outcomes"), "outcomes")
        guard !script.isEmpty, script.count <= Self.outcomeLimit else {
            throw ResilientError.line("outcomes has \(script.count) entries: expected 1 to \(Self.outcomeLimit)")
        }
        guard script.allSatisfy({ $0["hang"] == nil }) else {
            throw ResilientError.line("an outcome that never comes is no outcome; use attempt_timeout")
        }
        outcomes = script.count
        random = try ScriptedRandom(fields.array("random"))
        world = ManualWorld(random: random)
        client = try ResilientClient(
            Configuration.passthrough.with { $0.retry = retry },
            dependencies: Dependencies(
                // What follows the outcomes is nobody's question: it must not fail and draw chance.
                transport: MockTransport(try ScriptedAnswer.list(script, at: "outcomes") + [.ok], recordingLimit: 0),
                runtime: world.runtime
            )
        )
        request = ClientRequest(
            method: ClientRequest.Method(try fields.string("method") ?? "GET"),
            url: try client.url("http://localhost/"),
            headers: try fields.headers("headers"),
            body: try MessageBody.data(fields)?.requestBody ?? .empty
        )
        // Making the client has drawn numbers for its request ids.
        random.begin()
    }

    var place: OperationPlace { .anywhere }

    func run() async throws -> [JSON.Member] {
        var results: [JSON] = []
        var call = 0
        while results.count < outcomes {
            call += 1
            let record = await makeCall()
            guard !random.isUsedUp else {
                throw ResilientError.line("random has too few numbers: call \(call) needs more")
            }
            guard !record.attempts.isEmpty else { throw record.error ?? CancellationError() }
            results += self.results(of: record, call: call).prefix(outcomes - results.count)
        }
        return [JSON.Member("results", .array(results))]
    }

    /// What a call's public record says, from its answer or from its error.
    private struct Record: Sendable {
        var attempts: [Attempt] = []
        var explanation = Explanation()
        var error: (any Error)?
        var budgetLeft: Double?
    }

    private func makeCall() async -> Record {
        let task = Task(executorPreference: world.executor) { [client, request] in
            do {
                let response = try await client.send(request)
                return Record(attempts: response.attempts, explanation: response.explanation)
            } catch let error as ResilientError {
                return Record(attempts: error.attempts, explanation: error.explanation, error: error)
            } catch {
                return Record(error: error)
            }
        }
        await world.settle()
        while let next = world.clock.nextTimer {
            world.clock.advance(to: next)
            await world.settle()
        }
        var record = await task.value
        record.budgetLeft = client.retryBudgetLeft
        return record
    }

    /// One result an attempt. The delay of a retry stands with the attempt that it was waited before.
    private func results(of record: Record, call: Int) -> [JSON] {
        let decisions = record.explanation.decisions.filter { $0.stage == .retry }.map(\.outcome)
        let waits = decisions.filter { $0.delay != nil }
        return record.attempts.indices.map { index in
            let isLast = index == record.attempts.count - 1
            // The explanation of a call is bounded; its attempts are not.
            let wait = index < waits.count && !isLast ? waits[index] : nil
            let delay = isLast ? nil : record.attempts[index + 1].delay
            let left = isLast ? record.budgetLeft : wait?.left
            let reason = isLast ? decisions.last { $0.delay == nil }?.description : nil
            return .object([
                JSON.Member("retry", .bool(!isLast)),
                JSON.Member("delay_s", delay.map { .double($0.inSeconds) } ?? .null),
                JSON.Member("budget_left", left.map(JSON.double) ?? .null),
                JSON.Member("source", .optional(wait?.delaySource?.rawValue)),
                JSON.Member("reason", .optional(reason)),
                JSON.Member("call", .integer(call)),
            ])
        }
    }
}
