import Foundation
import ResilientHTTPTesting
import Testing

/// The corpora of hostile header fields and URLs, all through one process and to a real server.
@Suite(.oracles, .timeLimit(.minutes(1))) struct InjectionOracleTests {
    /// Bytes that are no UTF-8 are put in as Latin-1: JSON has nothing but text.
    private func text(_ hex: String) throws -> String {
        let digits = Array(hex)
        let bytes = try stride(from: 0, to: digits.count, by: 2).map {
            try #require(UInt8(String(digits[$0...$0 + 1]), radix: 16))
        }
        return String(validating: bytes, as: UTF8.self)
            ?? String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    }

    private func headers() throws -> [(name: String, value: String, must: String)] {
        let file = "headers-url/header_cases.json"
        var cases: [(String, String, String)] = []
        for row in try Oracles.rows(file, key: "values") + Oracles.rows(file, key: "injection") {
            cases.append(("X-Test", try text(#require(row["value_hex"] as? String)), row["must"] as? String ?? ""))
        }
        for row in try Oracles.rows(file, key: "names") {
            cases.append((try text(#require(row["name_hex"] as? String)), "value", row["must"] as? String ?? ""))
        }
        for row in try Oracles.rows(file, key: "normalize") {
            cases.append(("X-Test", try text(#require(row["in_hex"] as? String)), ""))
        }
        return cases
    }

    /// The one URL with lone surrogates, which Swift's strings cannot hold, goes without them.
    private func urls() throws -> [String] {
        let folder = try #require(Oracles.folder)
        let file = folder.appendingPathComponent("headers-url/urltestdata.json")
        let text = try String(contentsOf: file, encoding: .utf8)
            .replacingOccurrences(
                of: "\\\\u[dD][89a-fA-F][0-9a-fA-F]{2}",
                with: "\\\\uFFFD",
                options: .regularExpression
            )
        let rows = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [Any])
        return rows.compactMap { ($0 as? [String: Any])?["input"] as? String }
    }

    @Test func noHeaderAndNoURLGetsThroughThatIsAnother() async throws {
        let headers = try headers()
        #expect(headers.count == 534)
        let urls = try urls()
        #expect(urls.count > 500)
        try await FaultServer.withServer { server in
            server.script(default: [.ok])
            var lines: [[String: Any]] = []
            for (id, header) in headers.enumerated() {
                let fields = [[header.name, header.value]]
                lines.append(["id": id, "url": "\(server.url)/header/\(id)", "headers": fields])
            }
            // Below a base URL everything stays on this machine; as they are, they go to nobody.
            for (id, url) in urls.enumerated() {
                lines.append([
                    "id": 1_000 + id, "client": "b", "config": ["base_url": "\(server.url)/base"], "url": url,
                ])
                lines.append([
                    "id": 3_000 + id, "client": "m", "config": ["preset": "passthrough", "transport": "mock"],
                    "url": url,
                ])
            }
            // The client that the others are compared with, so that the server's part is not idle.
            lines.append(["id": 5_000, "url": "\(server.url)/end"])

            let run = try await ProbeRun.run(lines)
            #expect(run.status == 0)
            let answers = try run.answers()
            #expect(answers.count == lines.count)
            #expect(try run.answer(5_000)["status"] as? Int == 200)
            let sent = Set(answers.filter { $0["status"] != nil }.compactMap { $0["id"] as? Int })

            let received = server.requests
            #expect(server.counters.partialHeads == 0 && server.counters.refusedRequests == 0)
            #expect(received.allSatisfy { $0.method == "GET" && !$0.target.contains("evil") })
            #expect(received.allSatisfy { $0.values(of: "X-Injected").isEmpty && $0.values(of: "Host").count == 1 })
            for request in received {
                #expect(
                    request.path.hasPrefix("/header/") || request.path.hasPrefix("/base") || request.path == "/end",
                    "\(request.target)"
                )
            }
            #expect(received.count == sent.filter { $0 < 3_000 || $0 == 5_000 }.count)

            for (id, header) in headers.enumerated() {
                if header.must == "reject" { #expect(!sent.contains(id), "\(header)") }
                guard sent.contains(id) else { continue }
                let values = server.requests(path: "/header/\(id)").flatMap { $0.values(of: header.name) }
                #expect(values == [header.value], "\(header)")
            }
        }
    }
}
