import Foundation
import Testing

@testable import ResilientHTTP

@Suite("URLs against the URL standard's test data", .oracles)
struct URLOracleTests {
    /// If we would send a request to a URL, then to the host and port that Foundation sees too.
    private func check(_ url: URL, _ label: String) throws -> Bool {
        let target = RequestTarget(url)
        // The loosest policy: whatever may be sent at all.
        var loose = ValidationConfiguration()
        loose.requiresHTTPS = false
        loose.allowsUserInfo = true
        let policy = URLPolicy(configuration: loose)
        guard policy.objection(to: target) == nil else { return false }
        let origin = try #require(target.origin)
        let parts = try #require(URLComponents(string: url.absoluteString), "\(label)")
        let fromComponents = parts.encodedHost.map {
            $0.trimmingCharacters(in: CharacterSet(charactersIn: "[]")).lowercased()
        }
        #expect(fromComponents == origin.host, "\(label)")
        #expect(url.host?.lowercased() == origin.host.removingPercentEncoding, "\(label)")
        let fallback = origin.scheme == "https" ? 443 : 80
        #expect((parts.port ?? fallback) == origin.port && (url.port ?? fallback) == origin.port, "\(label)")
        #expect(parts.scheme?.lowercased() == origin.scheme, "\(label)")
        return true
    }

    /// The file has escapes of lone surrogates, which Swift's strings cannot hold: they become U+FFFD.
    private func cases() throws -> [[String: Any]] {
        let folder = try #require(Oracles.folder)
        let text = try String(
            contentsOf: folder.appendingPathComponent("headers-url/urltestdata.json"),
            encoding: .utf8
        )
        let high = "\\\\u[dD][89abAB][0-9a-fA-F]{2}"
        let low = "\\\\u[dD][c-fC-F][0-9a-fA-F]{2}"
        let paired = text.replacingOccurrences(
            of: "\(high)(?!\(low))|(?<!\(high))\(low)",
            with: "\\\\uFFFD",
            options: .regularExpression
        )
        let json = try JSONSerialization.jsonObject(with: Data(paired.utf8))
        return try #require(json as? [Any]).compactMap { $0 as? [String: Any] }
    }

    @Test("No host confusion for any input, alone or on its base")
    func parsing() throws {
        var allowed = 0
        for row in try cases() {
            let input = try #require(row["input"] as? String)
            let base = (row["base"] as? String).flatMap { URL(string: $0) }
            for url in [URL(string: input), URL(string: input, relativeTo: base)].compactMap({ $0 }) {
                if try check(url, "\(input) on \(base?.absoluteString ?? "nothing")") { allowed += 1 }
            }
        }
        #expect(allowed > 100)
    }

    /// Where the standard reads a host that is not the one we would call, a browser and we would disagree.
    @Test("The standard's host is ours, for what we would send")
    func sameHostAsBrowsers() throws {
        for row in try cases() where row["failure"] == nil {
            let input = try #require(row["input"] as? String)
            guard let url = URL(string: input), try check(url, input), let host = row["hostname"] as? String else {
                continue
            }
            let origin = try #require(RequestTarget(url).origin)
            let theirs = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
            if let ours = IPv6Address(origin.host) {
                #expect(ours.groups == IPv6Address(theirs)?.groups, "\(input)")
            } else if !IPv4Address.isAbbreviated(origin.host) {
                #expect(theirs == origin.host, "\(input)")
            }
        }
    }

    @Test("As endpoints they stay at the client's origin or are refused")
    func endpoints() async throws {
        let client = try ResilientClient(RecordingTransport(), base: "https://api.example.com/v1/")
        var accepted = 0
        for row in try cases() {
            let input = try #require(row["input"] as? String)
            guard let url = try? client.url(input) else { continue }
            accepted += 1
            #expect(RequestTarget(url).origin == Origin(scheme: "https", host: "api.example.com"), "\(input)")
            _ = try check(url, input)
        }
        #expect(accepted > 100)
    }

    @Test("As places of a redirect they are refused, or lead where Foundation says")
    func redirects() async throws {
        for row in try cases() {
            let input = try #require(row["input"] as? String)
            let transport = RecordingTransport([
                ClientResponse(status: 302, headers: [.location: input]), ClientResponse(status: 200),
            ])
            let client = try ResilientClient(transport, base: "https://api.example.com/v1/")
            let error = await resilientError { try await client.get("x") }
            if let error {
                #expect(error.code == .redirectRefused, "\(input)")
            } else {
                #expect(try check(try #require(transport.requests.last?.url), input), "\(input)")
            }
        }
    }

    @Test("Setting parts of URLs never ends the process")
    func setters() throws {
        let json = try #require(try Oracles.json("headers-url/setters_tests.json") as? [String: Any])
        for (_, rows) in json {
            for row in rows as? [[String: Any]] ?? [] {
                guard let href = row["href"] as? String, let url = URL(string: href) else { continue }
                let value = row["new_value"] as? String ?? ""
                _ = try check(url, href)
                _ = Redactor.standard.redact(url)
                _ = Redactor.standard.redact(href + value)
                let client = try? ResilientClient(RecordingTransport(), base: href)
                for endpoint in [value, "/" + value, "?" + value] { _ = try? client?.url(endpoint) }
            }
        }
    }

    @Test("Percent-encoding is UTF-8's")
    func percentEncoding() throws {
        let json = try #require(try Oracles.json("headers-url/percent-encoding.json") as? [Any])
        for row in json.compactMap({ $0 as? [String: Any] }) {
            let input = try #require(row["input"] as? String)
            let expected = try #require((row["output"] as? [String: String])?["utf-8"])
            // The standard leaves some characters alone that we encode; decoded they are the same.
            #expect(QueryEncoding.encode(input).removingPercentEncoding == expected.removingPercentEncoding)
        }
    }
}
