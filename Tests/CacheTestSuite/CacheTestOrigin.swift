import Foundation
import Synchronization

/// The server of one test: answers as the test says and notes what it has seen.
public final class CacheTestOrigin: Sendable {
    /// An answer before the answer.
    public struct Interim: Sendable {
        /// 1xx.
        public let status: Int
        /// The fields, in their order.
        public let headers: [(name: String, value: String)]
    }

    /// What the origin does.
    public struct Answer: Sendable {
        /// What goes before it: answers that are not the last.
        public let interim: [Interim]
        /// The status.
        public let status: Int
        /// The fields, in their order.
        public let headers: [(name: String, value: String)]
        /// The body.
        public let body: String
        /// Whether the connection is closed instead.
        public let disconnects: Bool
        /// How long the origin thinks about it, in seconds.
        public let pause: Int
    }

    /// A request that came, and the fields of its answer that the client has to see.
    struct Arrival: Sendable {
        let number: Int
        let method: String
        let headers: [String: String]
        let sent: [String: String]
    }

    private struct State {
        var arrivals: [Arrival] = []
        /// The fields of the last answer to each request of the test.
        var answered: [Int: [(name: String, value: String)]] = [:]
    }

    private let plan: CacheTestPlan
    private let state = Mutex(State())

    /// Makes the server of a test.
    public init(_ plan: CacheTestPlan) {
        self.plan = plan
    }

    var arrivals: [Arrival] { state.withLock { $0.arrivals } }

    /// Answers a request; `target` is its path and query. Fields come with lines of one name joined or apart.
    public func answer(method: String, target: String, headers: [(name: String, value: String)]) -> Answer {
        let received = Self.joined(headers)
        return state.withLock { state in
            let count = state.arrivals.count + 1
            let number = received["req-num"].flatMap { Int($0) } ?? count
            guard plan.test.requests.indices.contains(number - 1) else {
                return Answer(
                    interim: [],
                    status: 409,
                    headers: [],
                    body: "no such request",
                    disconnects: false,
                    pause: 0
                )
            }
            let request = plan.test.requests[number - 1]
            let now = plan.now(at: number - 1)
            let own = fields(of: request, target: target, now: now)
            var all: [(name: String, value: String)] = [
                ("Server-Base-Url", target), ("Server-Request-Count", "\(count)"),
                ("Client-Request-Count", "\(number)"),
                ("Server-Now", "\(now * 1000)"),
            ]
            all += own
            if !own.contains(where: { $0.name.lowercased() == "content-type" }) {
                all.append(("Content-Type", "text/plain"))
            }
            let checked = Set(request.responseHeaders.filter(\.isChecked).map { $0.name.lowercased() })
            state.arrivals.append(
                Arrival(
                    number: number,
                    method: method,
                    headers: received,
                    sent: Self.joined(own).filter { checked.contains($0.key) }
                )
            )
            let previous = Self.joined(state.answered[number - 1] ?? unseen(number - 1, target: target))
            state.answered[number] = own
            return Answer(
                interim: request.interim.map { interim in
                    Interim(status: interim.status, headers: interim.headers.map { ($0.name, $0.text(now: now)) })
                },
                status: Self.status(of: request, received, previous: previous),
                headers: all,
                body: body(of: request),
                disconnects: request.disconnects,
                pause: request.responsePause
            )
        }
    }

    private func fields(of request: CacheTestRequest, target: String, now: Int64) -> [(name: String, value: String)] {
        request.responseHeaders.map { field in
            let isShort = request.shortYears.contains(field.name.lowercased())
            let base = request.hasMagicLocations ? target : nil
            return (field.name, field.text(now: now, base: base, isShortYear: isShort))
        }
    }

    /// The fields of the answer to a request that has never come, because the cache has answered it.
    private func unseen(_ number: Int, target: String) -> [(name: String, value: String)] {
        guard number > 0 else { return [] }
        return fields(of: plan.test.requests[number - 1], target: target, now: plan.now(at: number - 1))
    }

    /// 304 when the request has the validator of the answer before, where one is expected; 999 when it has not.
    private static func status(of request: CacheTestRequest, _ received: [String: String], previous: [String: String])
        -> Int
    {
        guard request.expectation?.condition != nil else { return request.status ?? 200 }
        let isCurrent = [("if-modified-since", "last-modified"), ("if-none-match", "etag")].contains {
            condition,
            field in
            previous[field] != nil && received[condition] == previous[field]
        }
        return isCurrent ? 304 : 999
    }

    private func body(of request: CacheTestRequest) -> String {
        if case .value(let text) = request.responseBody { return text }
        return plan.test.id
    }

    /// By name in lower case, the lines of a name joined.
    static func joined(_ headers: [(name: String, value: String)]) -> [String: String] {
        Dictionary(headers.map { ($0.name.lowercased(), $0.value) }) { "\($0), \($1)" }
    }
}
