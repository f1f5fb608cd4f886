import ExampleSupport
import Foundation
import SocketSupport
import Testing

/// One run of the Probe that SwiftPM has built beside the tests, from its first line to its end. Its requests go through
/// the transport that the environment names, unless the test names one.
struct ProbeRun {
    let status: Int32
    /// What it wrote, line by line.
    let lines: [String]

    private let parsed: [[String: Any]?]
    private let places: [Int: [Int]]

    private init(status: Int32, lines: [String]) {
        self.status = status
        self.lines = lines
        parsed = lines.map { (try? JSONSerialization.jsonObject(with: Data($0.utf8))) as? [String: Any] }
        let numbered = parsed.enumerated().compactMap { place, answer in (answer?["id"] as? Int).map { ($0, place) } }
        places = Dictionary(grouping: numbered, by: \.0).mapValues { $0.map(\.1) }
    }

    /// Each line as an object.
    func answers() throws -> [[String: Any]] {
        try zip(parsed, lines).map { try #require($0, "\($1) is no object") }
    }

    /// The only answer with a number for its id.
    func answer(_ id: Int) throws -> [String: Any] {
        let found = places[id] ?? []
        try #require(found.count == 1, "\(found.count) answers for \(id)")
        return try #require(parsed[found[0]])
    }

    /// The code of an answer that is an error.
    func code(_ id: Int) throws -> String? {
        (try answer(id)["error"] as? [String: Any])?["code"] as? String
    }

    /// The numeric ids in the order of the answers.
    func ids() throws -> [Int] {
        try answers().compactMap { $0["id"] as? Int }
    }

    static func run(_ lines: [String], _ arguments: [String] = []) async throws -> ProbeRun {
        try await run(Data((lines.joined(separator: "\n") + "\n").utf8), arguments)
    }

    static func run(_ objects: [[String: Any]], _ arguments: [String] = []) async throws -> ProbeRun {
        try await run(objects.map { try line($0) }, arguments)
    }

    static func line(_ object: [String: Any]) throws -> String {
        String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self)
    }

    static func run(_ input: Data, _ arguments: [String] = []) async throws -> ProbeRun {
        let names = arguments.contains { $0.hasPrefix("--transport") }
        // A program that hangs fails its test by its status and does not outlive it.
        let run = try await ProgramRun.run(
            built: "Probe",
            names ? arguments : arguments + LiveTransport.arguments,
            input: input,
            limit: 50
        )
        let output = String(decoding: run.output, as: UTF8.self)
        if !output.isEmpty { #expect(output.hasSuffix("\n"), "the last line is cut off") }
        return ProbeRun(
            status: run.status,
            lines: output.split(separator: "\n").map(String.init)
        )
    }
}
