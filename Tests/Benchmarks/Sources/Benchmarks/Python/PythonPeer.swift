import Foundation

/// A client library of Python, in a process of its own that takes its own time and tells it.
final class PythonPeer: Peer {
    private struct Greeting: Decodable {
        var version: String?
        var before: Double?
        var missing: String?
    }

    private struct Order: Encodable {
        var operation: String
        var url = ""
        var isGet = true
        var bytes = 0
        var tokens = 0
        var requests = 0
        var inFlight = 0
    }

    private struct Answer<Result: Decodable>: Decodable {
        var result: Result?
        var failure: String?
    }

    let name: String
    let version: String
    /// The bytes that Python had in memory before the library was imported.
    let before: Double?
    private let child: ChildProcess

    /// Throws what is missing.
    init(_ library: PythonLibrary, _ environment: PythonEnvironment) throws {
        name = library.rowName
        child = try ChildProcess(environment.python, [environment.driver, library.rawValue])
        let greeting = try JSONDecoder().decode(Greeting.self, from: Data(child.line().utf8))
        guard let version = greeting.version else {
            child.end()
            throw ChildProcess.Failure(description: greeting.missing ?? "no reason is given")
        }
        (self.version, before) = (version, greeting.before)
    }

    func run(_ load: Load) async throws -> Taken {
        var order = Order(operation: "load", url: load.url.absoluteString)
        (order.isGet, order.bytes) = (load.workload.isGet, load.workload.bytes)
        (order.requests, order.inFlight) = (load.requests, load.inFlight)
        return try ask(order)
    }

    func chat(_ load: ChatLoad) throws -> ChatTaken {
        var order = Order(operation: "chat", url: load.url.absoluteString)
        (order.tokens, order.requests, order.inFlight) = (ChatContent.tokens, load.streams, load.inFlight)
        return try ask(order)
    }

    func facts() throws -> ProcessFacts {
        try ask(Order(operation: "facts"))
    }

    func end() async {
        child.end()
    }

    private func ask<Result: Decodable>(_ order: Order) throws -> Result {
        try child.send(String(decoding: JSONEncoder().encode(order), as: UTF8.self))
        let answer = try JSONDecoder().decode(Answer<Result>.self, from: Data(child.line().utf8))
        guard let result = answer.result else {
            throw ChildProcess.Failure(description: answer.failure ?? "no answer")
        }
        return result
    }
}
