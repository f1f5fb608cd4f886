import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import ResilientHTTP
import Synchronization

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// All clients that stream, by the names of their rows.
enum ChatPeers {
    static let ceilingName = "C loop, bytes only"

    static let names =
        [Peers.bareName] + ours.map(\.name) + [Peers.asyncHTTPName, ceilingName]
        + PythonLibrary.allCases.map(\.rowName)

    private static let ours: [(name: String, configuration: Configuration, onCurl: Bool)] = [
        ("URLSessionTransport, recommended, events", .recommended, false),
        ("CurlTransport, pass-through, events", .passthrough, true),
        ("CurlTransport, recommended, events", .recommended, true),
    ]

    /// Throws why it cannot be started.
    static func start(_ name: String, _ run: Run) async throws -> ChatPeer {
        if let own = ours.first(where: { $0.name == name }) {
            return events(try ResilientPeer(name, own.configuration, onCurl: own.onCurl))
        }
        if let library = PythonLibrary.allCases.first(where: { $0.rowName == name }) {
            let peer = try await run.pythons.start(library)
            return ChatPeer(name: name, run: { try peer.chat($0) }, end: { await peer.end() })
        }
        return switch name {
        case Peers.bareName: bareSession()
        case Peers.asyncHTTPName: asyncHTTP()
        default: try ceiling()
        }
    }

    private static func bareSession() -> ChatPeer {
        let (session, bare) = BareStream.session()
        return ChatPeer(Peers.bareName, end: { session.finishTasksAndInvalidate() }) { url, body, onEvent in
            var request = URLRequest(url: url)
            request.httpMethod = "POST"
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
            request.httpBody = body
            let lines = Mutex(EventLines())
            try await bare.read(request, session) { chunk in
                // One that cannot be decoded is missing in the end.
                for event in lines.withLock({ $0.add(chunk) }) { try? onEvent(event) }
            }
        }
    }

    private static func events(_ peer: ResilientPeer) -> ChatPeer {
        ChatPeer(peer.name, end: peer.end) { url, body, onEvent in
            let request = ClientRequest(method: .post, url: url, body: .bytes(body, contentType: "application/json"))
            for try await event in try peer.client.events(request) { try onEvent(Data(event.data.utf8)) }
        }
    }

    private static func asyncHTTP() -> ChatPeer {
        let peer = AsyncHTTPPeer()
        return ChatPeer(peer.name, end: peer.end) { url, body, onEvent in
            var request = HTTPClientRequest(url: url.absoluteString)
            request.method = .POST
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(data: body))
            var lines = EventLines()
            for try await piece in try await peer.client.execute(request, timeout: .seconds(30)).body {
                for event in lines.add(Data(buffer: piece)) { try onEvent(event) }
            }
        }
    }

    /// What the server can give at all: the bytes are counted and nothing is looked at.
    private static func ceiling() throws -> ChatPeer {
        let peer = try CLoopPeer()
        return ChatPeer(
            name: ceilingName,
            run: { load in
                let body = String(decoding: try ChatRequest(stream: true).json, as: UTF8.self)
                let (_, taken) = try await peer.run(load.url, body, requests: load.streams, inFlight: load.inFlight)
                return ChatTaken(taken: taken, firsts: [], tokens: load.streams * ChatContent.tokens)
            }
        )
    }
}
