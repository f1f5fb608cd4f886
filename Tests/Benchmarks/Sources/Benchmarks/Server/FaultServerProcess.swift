import CLookups
import Dispatch
import Foundation
import ResilientHTTPTesting

/// The FaultServer, and nothing else, in a process of its own.
final class FaultServerProcess: LocalServer {
    static let argument = "--serve"

    let name = "FaultServer"
    let url: URL
    let namedURL: URL
    private let child: ChildProcess

    init() throws {
        guard let program = Bundle.main.executablePath else { throw CancellationError() }
        child = try ChildProcess(program, [Self.argument], showsErrors: true)
        let port = try child.line()
        guard let url = URL(string: "http://127.0.0.1:\(port)"),
            let namedURL = URL(string: "http://\(LOOKUPS_NAME):\(port)")
        else { throw ChildProcess.Failure(description: "the server's process did not start: \(port)") }
        (self.url, self.namedURL) = (url, namedURL)
    }

    func counts() async throws -> ServerCounts {
        try child.send("counts")
        return try JSONDecoder().decode(ServerCounts.self, from: Data(child.line().utf8))
    }

    func end() async {
        child.end()
    }

    /// Where chat completions are streamed.
    var chatURL: URL { url.appending(path: ChatContent.streamPath) }
    /// Where events come a millisecond apart, each with the time at which it was sent.
    var pacedURL: URL { url.appending(path: Self.pacedPath) }

    private static let pacedPath = "/paced"

    /// What the process itself does: serves until its standard input ends.
    static func serve() async throws {
        var configuration = FaultServer.Configuration()
        // Only counted.
        (configuration.maximumRecordedRequests, configuration.maximumRecordedConnections) = (0, 0)
        try await FaultServer.withServer(configuration) { server in
            script(server)
            print(server.port)
            fflush(nil)
            await withCheckedContinuation { continuation in
                DispatchQueue.global().async {
                    while readLine() != nil {
                        let counters = server.counters
                        print(#"{"connections":\#(counters.accepted),"requests":\#(counters.requests)}"#)
                        fflush(nil)
                    }
                    continuation.resume()
                }
            }
        }
    }

    private static func script(_ server: FaultServer) {
        for workload in Workload.allCases {
            let answer = FaultServer.Behaviour.response(
                200,
                headers: ["Content-Type": "application/json"],
                body: workload.answer
            )
            server.script(workload.path, [answer])
        }
        let events = ChatContent.events.map { FaultServer.StreamPiece.event($0) }
        server.script(ChatContent.streamPath, [.serverSentEvents(events)])
        let stamp = FaultServer.StreamPiece.made {
            Data("data: \(DispatchTime.now().uptimeNanoseconds)\n\n".utf8)
        }
        server.script(pacedPath, [.serverSentEvents((0..<100).flatMap { _ in [stamp, .pause(.milliseconds(1))] })])
    }
}
