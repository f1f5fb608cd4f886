import Foundation
import ResilientHTTP
import Testing

@Suite("HTTP dates against the vectors of smithy-rs, okhttp and RFC 9110", .oracles)
struct HTTPDateOracleTests {
    /// RFC 9110 has no fractions of a second; smithy-rs does.
    @Test("Parsing: 30 rows; the 69 with fractional seconds are refused instead")
    func parsing() throws {
        let rows = try Oracles.rows("retry-after/http_dates.json")
        let fractional = rows.filter { ($0["raw"] as? String)?.contains(".") == true }
        #expect(rows.count == 99)
        #expect(fractional.count == 69)
        for row in rows {
            let raw = try #require(row["raw"] as? String)
            let isValid = try #require(row["valid"] as? Bool)
            let expected = isValid && !raw.contains(".") ? try #require(row["epoch"] as? Int64) : nil
            #expect(HTTPDate.parse(raw, now: 1_696_004_797) == expected, "\(raw)")
        }
    }

    @Test("Formatting: 122 rows, 36 of them before the year 0 and thus errors")
    func formatting() throws {
        let rows = try Oracles.rows("retry-after/http_dates_format.json", key: "format")
        #expect(rows.count == 122)
        #expect(rows.filter { $0["error"] as? Bool == true }.count == 36)
        for row in rows {
            let epoch = try #require(row["epoch"] as? Int64)
            let isError = try #require(row["error"] as? Bool)
            let expected = isError ? nil : try #require(row["http_date"] as? String)
            #expect(HTTPDate.format(epoch) == expected, "\(epoch)")
        }
    }
}
