#if os(Linux)
import Foundation
import RealServers
import ResilientHTTP
import Testing

@testable import ResilientCurl

extension OverCurl {
    /// Large bodies over HTTP/2, both ways.
    @Suite(.needsServers, .timeLimit(.minutes(1)))
    struct LargeBodyTests {
        /// A megabyte that no other place of a body looks like.
        private static func block(_ number: Int) -> Data {
            Data(
                (0..<1 << 18).flatMap { index in
                    let word = UInt32(truncatingIfNeeded: (index &+ number) &* 2_654_435_761)
                    return [
                        UInt8(truncatingIfNeeded: word), UInt8(truncatingIfNeeded: word >> 8),
                        UInt8(truncatingIfNeeded: word >> 16), UInt8(truncatingIfNeeded: number),
                    ]
                }
            )
        }

        @Test(arguments: [true, false])
        func tenMegabytesComeBackAsTheyWent(isStream: Bool) async throws {
            let blocks = (0..<10).map(Self.block)
            let whole = Data(blocks.joined())
            let body: RequestBody =
                isStream
                ? .stream {
                    AsyncThrowingStream { continuation in
                        for block in blocks { continuation.yield(block) }
                        continuation.finish()
                    }
                } : .bytes(whole)
            try await NghttpServer.run(["--echo-upload"]) { server in
                try await SecureClient.run { client in
                    let response = try await client.send(.post, server.place.url("/echo"), body: body)
                    #expect(response.status == 200)
                    #expect(response.data == whole)
                    #expect(response.connection?.protocolName == "h2")
                }
            }
        }

        @Test(arguments: [true, false])
        func aHundredMegabytesForASlowReaderNeedNoMemory(usesHTTP2: Bool) async throws {
            let block = Self.block(7)
            try await NginxServer.site("") { place in
                try place.write(Data(), to: "large")
                let file = try FileHandle(forWritingTo: place.folder.appendingPathComponent("large"))
                for _ in 0..<100 { try file.write(contentsOf: block) }
                try file.close()
            } _: { server in
                try await SecureClient.run(.trusting { $0.usesHTTP2 = usesHTTP2 }) { client in
                    let before = Memory.resident
                    var (count, most) = (0, 0)
                    let stream = try await client.client.stream(ClientRequest(url: server.place.url("/large")))
                    for try await chunk in stream {
                        if count >> 20 != (count + chunk.count) >> 20 {
                            try await Task.sleep(for: .milliseconds(10))
                            most = max(most, Memory.resident - before)
                        }
                        #expect(chunk.isPart(of: block, from: count))
                        count += chunk.count
                    }
                    #expect(count == 100 << 20)
                    // What the server may send before it is told that it was read, and no more.
                    #expect(most < 48 << 20, "\(most >> 20) MiB")
                }
            }
        }
    }
}

extension Data {
    /// Whether it is what stands at a place of a body that repeats a block.
    func isPart(of block: Data, from place: Int) -> Bool {
        var (rest, place) = (self[...], place % block.count)
        while !rest.isEmpty {
            let length = Swift.min(rest.count, block.count - place)
            guard rest.prefix(length) == block[place..<place + length] else { return false }
            (rest, place) = (rest.dropFirst(length), 0)
        }
        return true
    }
}
#endif
