public import Foundation

extension FaultServer.Behaviour {
    /// 200 with the text `ok`.
    public static let ok = ok("ok")

    /// 200 with a text.
    public static func ok(_ body: String) -> Self {
        response(200, headers: ["Content-Type": "text/plain"], body: Data(body.utf8)).named("ok")
    }

    /// A correct answer: the status line, these header lines in order, a Content-Length, and the body.
    public static func response(
        _ status: Int,
        headers: KeyValuePairs<String, String> = [:],
        body: Data = Data()
    ) -> Self {
        response(status, headers.map { ($0.key, $0.value) }, body)
    }

    static func response(_ status: Int, _ fields: [(String, String)], _ body: Data) -> Self {
        let bytes = Array(body)
        return Self("status_\(status)") { $0.answer(status, fields, bytes) }
    }

    /// A status with an empty body.
    public static func status(_ status: Int, headers: KeyValuePairs<String, String> = [:]) -> Self {
        response(status, headers: headers)
    }

    /// 200 with what was received, as JSON: `{"method":…,"target":…,"headers":[[name, value],…],"body":base64}`.
    ///
    /// The headers keep their order and spelling; the body is the part that the configuration keeps.
    public static let echo = Self("echo") { exchange in
        exchange.answer(200, [("Content-Type", "application/json")], EchoBody(exchange.request).json)
    }

    /// 200 with so many pseudo-random bytes, always the same for a seed, and their FNV-1a 64 hash as 16 hexadecimal
    /// digits in `X-Digest`, so that a client can check every success. The body is made once and kept.
    public static func random(bytes count: Int, seed: UInt64 = 0) -> Self {
        let body = SeededBytes.make(count, seed: seed)
        let hexadecimal = String(FNV1a.hash(body), radix: 16)
        let digest = String(repeating: "0", count: 16 - hexadecimal.count) + hexadecimal
        return Self("random") {
            $0.answer(200, [("Content-Type", "application/octet-stream"), ("X-Digest", digest)], body)
        }
    }

    /// 429 with `Retry-After` in seconds, or without when `nil`.
    public static func tooManyRequests(retryAfterSeconds: Int? = nil) -> Self {
        retryLater(429, seconds: retryAfterSeconds)
    }

    /// 429 with `Retry-After` as an HTTP-date so far from the time of the answer.
    public static func tooManyRequests(retryAfterDate distance: Duration) -> Self {
        retryLater(429, distance)
    }

    /// 503 with `Retry-After` in seconds, or without when `nil`.
    public static func unavailable(retryAfterSeconds: Int? = nil) -> Self {
        retryLater(503, seconds: retryAfterSeconds)
    }

    /// 503 with `Retry-After` as an HTTP-date so far from the time of the answer.
    public static func unavailable(retryAfterDate distance: Duration) -> Self {
        retryLater(503, distance)
    }

    private static func retryLater(_ status: Int, seconds: Int?) -> Self {
        Self("status_\(status)") { exchange in
            exchange.answer(status, seconds.map { [("Retry-After", "\($0)")] } ?? [], [])
        }
    }

    private static func retryLater(_ status: Int, _ distance: Duration) -> Self {
        Self("status_\(status)") { exchange in
            let (seconds, attoseconds) = distance.components
            let date = Date(timeIntervalSinceNow: Double(seconds) + Double(attoseconds) / 1e18)
            return exchange.answer(status, [("Retry-After", HTTPDate.string(date))], [])
        }
    }
}
