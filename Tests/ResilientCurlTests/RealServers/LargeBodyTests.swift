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
        @Test(arguments: [true, false])
        func tenMegabytesComeBackAsTheyWent(isStream: Bool) async throws {
            let blocks = (0..<10).map(Data.block)
            let whole = blocks.reduce(Data(), +)
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
            let block = Data.block(7)
            try await NginxServer.site("") { place in
                try place.write(repeating: block, 100, to: "large")
            } _: { server in
                try await SecureClient.run(.trusting { $0.usesHTTP2 = usesHTTP2 }) { client in
                    let before = Memory.resident
                    var (count, most, isRight) = (0, 0, true)
                    let stream = try await client.client.stream(ClientRequest(url: server.place.url("/large")))
                    for try await chunk in stream {
                        if count >> 20 != (count + chunk.count) >> 20 {
                            try await Task.sleep(for: .milliseconds(10))
                            most = max(most, Memory.resident - before)
                        }
                        isRight = isRight && chunk.isPart(of: block, from: count)
                        count += chunk.count
                    }
                    #expect(count == 100 << 20 && isRight)
                    // What the server may send before it is told that it was read, and no more.
                    #expect(most < 48 << 20, "\(most >> 20) MiB")
                }
            }
        }
    }
}

extension Data {
    /// A megabyte of which no piece is like another, nor like one of another number.
    static func block(_ number: Int) -> Data {
        var data = Data(count: 1 << 20)
        data.withUnsafeMutableBytes { bytes in
            let words = bytes.bindMemory(to: UInt64.self)
            var word = UInt64(truncatingIfNeeded: number + 1) << 32
            for index in words.indices {
                word = word &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                words[index] = word
            }
        }
        return data
    }

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
