import CacheTestSuite
import Foundation
import ResilientHTTPTesting

/// The origins of many tests behind one real server, each at its place.
final class SocketOrigin: Sendable {
    private let origins: [String: CacheTestOrigin]

    init(_ origins: [String: CacheTestOrigin]) {
        self.origins = origins
    }

    func behaviour(for request: FaultServer.ReceivedRequest) -> FaultServer.Behaviour {
        let name = request.path.split(separator: "/").dropFirst().first.map(String.init) ?? ""
        guard let origin = origins[name] else { return .status(404) }
        let answer = origin.answer(
            method: request.method,
            target: request.target,
            headers: request.headers.map { ($0.name, $0.value) }
        )
        if answer.disconnects { return .closeWithoutAnswer }
        return .raw(Self.bytes(answer, isHead: request.method == "HEAD"))
    }

    /// The answer as it goes on the wire. Every connection serves one request, so that none is repeated unasked.
    private static func bytes(_ answer: CacheTestOrigin.Answer, isHead: Bool) -> Data {
        var head = answer.interim.map { interim in
            (["HTTP/1.1 \(interim.status) Interim"] + interim.headers.map { "\($0.name): \($0.value)" }).joined(
                separator: "\r\n"
            ) + "\r\n\r\n"
        }.joined()
        head += "HTTP/1.1 \(answer.status) Test\r\nConnection: close\r\n"
        for field in answer.headers { head += "\(field.name): \(field.value)\r\n" }
        var body = Data(answer.body.utf8)
        if let length = answer.headers.first(where: { $0.name.lowercased() == "content-length" }) {
            // A test that gives a length of its own does not look at the body.
            let count = Int(length.value) ?? 0
            body = body.prefix(count) + Data(repeating: 0x2E, count: max(0, count - body.count))
        } else if answer.status != 204, answer.status != 304 {
            head += "Content-Length: \(body.count)\r\n"
        }
        let hasBody = !isHead && answer.status != 204 && answer.status != 304
        return Data((head + "\r\n").utf8) + (hasBody ? body : Data())
    }
}
