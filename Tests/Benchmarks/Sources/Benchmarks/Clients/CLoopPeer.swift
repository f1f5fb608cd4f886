import CCurlLoop
import Dispatch
import Foundation
import Synchronization

/// A loop in C on the shim of this package: what libcurl costs by itself. It counts the bytes of the answers and keeps
/// none of them; a JSON body is ready, and the answer is not decoded.
final class CLoopPeer: Peer {
    let name: String
    private let keepsNothing: Bool
    private let loop: Mutex<OpaquePointer>

    /// Throws where there is no libcurl.
    init(_ name: String = Peers.cLoopName, keepsNothing: Bool = false) throws {
        guard let loop = c_curl_loop_create(Int32(Peers.connections)) else { throw NotMeasured("there is no libcurl") }
        (self.name, self.keepsNothing) = (name, keepsNothing)
        self.loop = Mutex(loop)
    }

    deinit {
        loop.withLock { c_curl_loop_free($0) }
    }

    func run(_ load: Load) async throws -> Taken {
        let body = load.workload.isGet ? nil : String(decoding: try ChatRequest().json, as: UTF8.self)
        let (result, taken) = try await run(load.url, body, requests: load.requests, inFlight: load.inFlight)
        guard result.bytes == load.requests * load.workload.bytes else {
            throw WrongAnswer("\(result.bytes) bytes from \(load.requests) requests")
        }
        return taken
    }

    /// On a thread that may block. Throws unless all have been answered.
    func run(_ url: URL, _ body: String?, requests: Int, inFlight: Int) async throws -> (c_curl_result, Taken) {
        var result = c_curl_result()
        let taken = await Taken.measure(requests: requests) {
            result = await withCheckedContinuation { continuation in
                DispatchQueue.global().async {
                    let result = self.runHere(url, body, requests: requests, inFlight: inFlight)
                    continuation.resume(returning: result)
                }
            }
        }
        guard result.answered == requests else { throw WrongAnswer("\(result.answered) of \(requests) requests") }
        return (result, taken)
    }

    private func runHere(_ url: URL, _ body: String?, requests: Int, inFlight: Int) -> c_curl_result {
        loop.withLock { loop in
            url.absoluteString.withCString { url in
                var work = c_curl_work()
                (work.url, work.in_flight, work.requests) = (url, Int32(inFlight), Int32(requests))
                work.keeps_nothing = keepsNothing
                guard let body else { return c_curl_loop_run(loop, work) }
                return body.withCString { body in
                    work.body = body
                    return c_curl_loop_run(loop, work)
                }
            }
        }
    }
}
