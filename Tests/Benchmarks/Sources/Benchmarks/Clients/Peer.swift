import Foundation

/// What is measured: so many requests of one kind, so many at once.
struct Load: Sendable {
    let workload: Workload
    let url: URL
    var requests: Int
    let inFlight: Int

    init(_ workload: Workload, _ server: URL, requests: Int, inFlight: Int) {
        self.workload = workload
        url = server.appending(path: workload.path)
        (self.requests, self.inFlight) = (requests, inFlight)
    }
}

/// A client that is measured.
protocol Peer: Sendable {
    var name: String { get }
    /// Sends the requests; throws when one of them has not had the answer that it should.
    func run(_ load: Load) async throws -> Taken
    func end() async
}

extension Peer {
    func end() async {}
}

/// Why something cannot be measured here.
struct NotMeasured: Error, CustomStringConvertible {
    let description: String

    init(_ reason: String) {
        description = reason
    }
}

/// An answer that is not the one that was asked for: the figures would be those of something else.
struct WrongAnswer: Error, CustomStringConvertible {
    let description: String

    init(_ what: String) {
        description = "wrong answer: \(what)"
    }

    static func check(status: Int, bytes: Int, _ workload: Workload) throws {
        guard status == 200, bytes == workload.bytes else {
            throw WrongAnswer("\(status) with \(bytes) bytes in place of \(workload.bytes)")
        }
    }
}
