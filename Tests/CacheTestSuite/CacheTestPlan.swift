/// How a test is run: what is sent when. It is known beforehand, so that it can be written down for another process.
public struct CacheTestPlan: Sendable {
    /// How long a pause is, in seconds.
    public static let pause: Int64 = 3

    /// A request, and whether time passes after it.
    public struct Step: Sendable {
        /// The method.
        public let method: String
        /// The path and query, from the root.
        public let target: String
        /// The fields; white space around values is gone, as `fetch` takes it away.
        public let headers: [(name: String, value: String)]
        /// The body; nil for none.
        public let body: String?
        /// How a browser would be told to use its cache.
        public let cacheMode: String?
        /// Whether time passes after the answer.
        public let pauses: Bool
    }

    /// The test.
    public let test: CacheTestCase
    /// Its requests.
    public let steps: [Step]
    /// The time of day when the test begins, in Unix seconds.
    let start: Int64

    /// Makes the plan of a test that begins at a time of day, in Unix seconds.
    public init(_ test: CacheTestCase, start: Int64) {
        self.test = test
        self.start = start
        steps = test.requests.enumerated().map { index, request in
            let previous = Self.now(test, start, at: max(0, index - 1))
            let fields = request.headers.map { field in
                // A date that is relative to the answer before; without that mark a number stays one.
                let isShort = request.shortYears.contains(field.name.lowercased())
                let value =
                    request.hasMagicDates ? field.text(now: previous, isShortYear: isShort) : field.text(now: previous)
                return (name: field.name, value: value.trimmed)
            }
            let query = request.query.map { "?\($0)" } ?? ""
            return Step(
                method: request.method,
                target: Self.place(test) + (request.filename.map { "/\($0)" } ?? "") + query,
                headers: fields + [(name: "Test-ID", value: test.id), (name: "Req-Num", value: "\(index + 1)")],
                body: request.body,
                cacheMode: request.cacheMode,
                pauses: request.pauses
            )
        }
    }

    /// The origin's time when a request comes, by its place in the test.
    func now(at index: Int) -> Int64 { Self.now(test, start, at: index) }

    /// The path below which a test's resources are.
    static func place(_ test: CacheTestCase) -> String { "/test/\(test.id)" }

    private static func now(_ test: CacheTestCase, _ start: Int64, at index: Int) -> Int64 {
        start + pause * Int64(test.requests[..<index].filter(\.pauses).count)
    }
}

extension String {
    fileprivate var trimmed: String { String(trimmingPrefix(" ").reversed().trimmingPrefix(" ").reversed()) }
}
