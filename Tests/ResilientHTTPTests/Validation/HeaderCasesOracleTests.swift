import Foundation
import Testing

@testable import ResilientHTTP

@Suite("Header names and values against WPT and RFC 9110", .oracles)
struct HeaderCasesOracleTests {
    private static let file = "headers-url/header_cases.json"

    private func bytes(_ row: [String: Any], _ key: String) throws -> [UInt8] {
        let hex = Array(try #require(row[key] as? String))
        return try stride(from: 0, to: hex.count, by: 2).map {
            try #require(UInt8(String(hex[$0...$0 + 1]), radix: 16))
        }
    }

    /// Sends a value through validation and returns it as it would go on the wire; nil when it was refused.
    private func sent(_ value: String) async throws -> String? {
        let name = try #require(HeaderFields.Name("X-Test"))
        let transport = RecordingTransport()
        let client = try ResilientClient(transport, base: "https://a.example/")
        let error = await resilientError { try await client.get("/", headers: [name: value]) }
        guard let error else { return transport.requests.first?.headers[name] }
        #expect(error.code == .invalidRequest)
        #expect(transport.requests.isEmpty)
        return nil
    }

    /// Bytes above 0x7F are obs-text: alone they are no text, so they are put in as Latin-1.
    private func text(_ bytes: [UInt8]) -> String {
        String(validating: bytes, as: UTF8.self) ?? String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    }

    @Test("All 256 bytes in a value")
    func values() async throws {
        let rows = try Oracles.rows(Self.file, key: "values")
        #expect(rows.count == 256)
        for row in rows {
            let value = text(try bytes(row, "value_hex"))
            switch row["must"] as? String {
            case "reject": #expect(try await sent(value) == nil, "\(row)")
            case "accept": #expect(try await sent(value) == value, "\(row)")
            default: _ = try await sent(value)
            }
        }
    }

    @Test("All 256 bytes in a name, and none")
    func names() throws {
        let rows = try Oracles.rows(Self.file, key: "names")
        #expect(rows.count == 257)
        for row in rows {
            let accepted = HeaderFields.Name(text(try bytes(row, "name_hex"))) != nil
            #expect(accepted == (row["must"] as? String == "accept"), "\(row)")
        }
    }

    @Test("Injections are refused, or are literally the value")
    func injection() async throws {
        let rows = try Oracles.rows(Self.file, key: "injection")
        #expect(rows.count == 15)
        for row in rows {
            let value = String(decoding: try bytes(row, "value_hex"), as: UTF8.self)
            let sent = try await sent(value)
            if row["must"] as? String == "reject" {
                #expect(sent == nil, "\(row)")
            } else {
                #expect(sent == nil || sent == value, "\(row)")
            }
        }
    }

    /// We refuse surrounding white space instead of trimming it: what is sent is what was given.
    @Test("What others trim is refused")
    func normalize() async throws {
        for row in try Oracles.rows(Self.file, key: "normalize") {
            let value = String(decoding: try bytes(row, "in_hex"), as: UTF8.self)
            let sent = try await sent(value)
            #expect(sent == nil || sent == value, "\(row)")
        }
    }
}
