import Foundation

/// One client alone in a process: what it takes there is its own.
struct EfficiencyChild: Codable {
    static let argument = "--alone"
    static let nothingKeptName = "C loop, nothing kept"

    /// Before the client was made, and after its requests.
    var before: ProcessFacts
    var after: ProcessFacts
    var taken: Taken

    /// In a new process of this program.
    static func start(_ name: String, _ server: URL, _ requests: Int, _ inFlight: Int) throws -> EfficiencyChild {
        guard let program = Bundle.main.executablePath else { throw CancellationError() }
        let arguments = [argument, name, server.absoluteString, "\(requests)", "\(inFlight)"]
        let child = try ChildProcess(program, arguments, showsErrors: true)
        defer { child.end() }
        return try JSONDecoder().decode(EfficiencyChild.self, from: Data(child.line().utf8))
    }

    /// What that process does.
    static func run(_ arguments: [String]) async throws {
        guard arguments.count == 4, let server = URL(string: arguments[1]), let requests = Int(arguments[2]),
            let inFlight = Int(arguments[3])
        else { throw UsageProblem("\(argument) is not meant for people") }
        let before = ProcessFacts.own
        let isBare = arguments[0] == nothingKeptName
        let peer = isBare ? try CLoopPeer(nothingKeptName, keepsNothing: true) : try Peers.make(arguments[0])
        guard let peer else { throw UsageProblem("there is no client \(arguments[0])") }
        let taken = try await peer.run(Load(.small, server, requests: requests, inFlight: inFlight))
        let result = EfficiencyChild(before: before, after: .own, taken: taken)
        print(String(decoding: try JSONEncoder().encode(result), as: UTF8.self))
        fflush(nil)
        await peer.end()
    }
}
