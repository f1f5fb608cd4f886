import Foundation
import ResilientHTTP
import Testing

@Suite("Retry-After against the vectors of openai-python", .oracles)
struct RetryAfterOracleTests {
    /// The rest of each row, `expected_sleep`, is that SDK's policy.
    @Test("What the field means: all 23 rows")
    func meaning() throws {
        let file = try #require(try Oracles.json("retry-after/openai_retry_after.json") as? [String: Any])
        let now = try #require(file["now_epoch"] as? Int64)
        let rows = try #require(file["cases"] as? [[String: Any]])
        #expect(rows.count == 23)
        for row in rows {
            let value = try #require(row["retry_after"] as? String)
            let meaning = try #require(row["header_meaning"] as? [String: Any])
            #expect(try RetryAfter(value, now: now) == expected(meaning, now: now), "\(value)")
        }
    }

    private func expected(_ meaning: [String: Any], now: Int64) throws -> RetryAfter? {
        switch try #require(meaning["kind"] as? String) {
        case "delay":
            let seconds = try #require(meaning["seconds"] as? Double)
            return .delay(seconds < 1e9 ? .seconds(seconds) : RetryAfter.maximumDelay)
        case "date":
            return .date(unixSeconds: now + (try #require(meaning["seconds_from_now"] as? Int64)))
        default:
            return nil
        }
    }
}
