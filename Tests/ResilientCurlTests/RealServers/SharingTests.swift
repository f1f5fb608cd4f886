#if os(Linux)
import Foundation
import RealServers
import ResilientHTTP
import SocketSupport
import Testing

@testable import ResilientCurl

extension OverCurl {
    /// Many requests on one HTTP/2 connection, and what becomes of the others when something happens to one.
    @Suite(.needsServers, .timeLimit(.minutes(1)))
    struct SharingTests {
        /// Sends so many requests at once, and returns what each was answered.
        private static func burst(
            _ count: Int,
            _ method: ClientRequest.Method = .get,
            over client: SecureClient,
            _ url: @escaping @Sendable (Int) -> URL
        ) async throws -> [String] {
            try await withThrowingTaskGroup(of: String.self) { group in
                for number in 0..<count {
                    group.addTask { try await client.send(method, url(number)).text }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }

        @Test(arguments: [true, false])
        func requestsAtOnceShareAConnectionOnHTTP2(usesHTTP2: Bool) async throws {
            try await NginxServer.site("location / { return 200 $connection; }") { server in
                try await SecureClient.run(.trusting { $0.usesHTTP2 = usesHTTP2 }) { client in
                    let answers = try await Self.burst(64, over: client) { server.place.url("/\($0)") }
                    #expect(answers.count == 64)
                    if usesHTTP2 { #expect(Set(answers).count == 1) } else { #expect(Set(answers).count > 1) }
                }
                let targets = try await server.arrivals(64).map(\.target)
                #expect(Set(targets).count == 64 && targets.count == 64)
            }
        }

        @Test func nghttpdSeesOneConnection() async throws {
            try await NghttpServer.run {
                try $0.write(Data("file".utf8), to: "file")
            } _: { server in
                try await SecureClient.run { client in
                    let answers = try await Self.burst(64, over: client) { _ in server.place.url("/file") }
                    #expect(answers == Array(repeating: "file", count: 64))
                }
                try await CurlHarness.until("64 requests at the server") { server.requests.count == 64 }
                #expect(Set(server.requests).count == 1)
            }
        }

        @Test func aServerMayAllowFewRequestsAtOnce() async throws {
            try await NginxServer.site("http2_max_concurrent_streams 4; location / { return 200 $uri; }") { server in
                try await SecureClient.run { client in
                    let answers = try await Self.burst(64, over: client) { server.place.url("/\($0)") }
                    #expect(Set(answers) == Set((0..<64).map { "/\($0)" }))
                }
            }
        }

        /// A reader who stops holds up only what he reads.
        @Test func aSlowReaderHoldsUpNobodyElse() async throws {
            let block = Data.block(3)
            let site =
                "location /small { return 200 $connection; } location /big { add_header X-Connection $connection; }"
            try await NginxServer.site(site) { place in
                try place.write(repeating: block, 48, to: "big")
            } _: { server in
                try await SecureClient.run { client in
                    let stream = try await client.client.stream(ClientRequest(url: server.place.url("/big")))
                    let connection = stream.headers[.init(constant: "X-Connection")]
                    var (count, isRight) = (0, true)
                    for try await chunk in stream {
                        if count == 0 {
                            let began = ContinuousClock.now
                            for _ in 0..<50 {
                                let answer = try await client.send(.get, server.place.url("/small"))
                                #expect(answer.text == connection)
                            }
                            #expect(began.duration(to: .now) < .seconds(3))
                        }
                        isRight = isRight && chunk.isPart(of: block, from: count)
                        count += chunk.count
                    }
                    #expect(count == 48 << 20 && isRight)
                }
            }
        }

        @Test func aCancelledRequestLeavesTheConnectionToTheOthers() async throws {
            let site = """
                location /small { return 200 $connection; }
                location /slow { limit_rate 10k; add_header X-Connection $connection; }
                """
            try await NginxServer.site(site) { place in
                try place.write(Data(repeating: 1, count: 1 << 20), to: "slow")
            } _: { server in
                try await SecureClient.run { client in
                    let first = try await client.send(.get, server.place.url("/small")).text
                    var streams: [ResponseStream] = []
                    for _ in 0..<8 {
                        streams.append(try await client.client.stream(ClientRequest(url: server.place.url("/slow"))))
                    }
                    let calls = streams.map { stream in Task { try await stream.collect() } }
                    let stream = try await client.client.stream(ClientRequest(url: server.place.url("/slow")))
                    #expect(stream.headers[.init(constant: "X-Connection")] == first)
                    for call in calls { call.cancel() }
                    for call in calls { await #expect(throws: CancellationError.self) { try await call.value } }
                    let answers = try await Self.burst(20, over: client) { _ in server.place.url("/small") }
                    #expect(Set(answers) == [first])
                    // The one that was not cancelled is still read.
                    for try await chunk in stream {
                        #expect(!chunk.isEmpty)
                        break
                    }
                }
                let ended = try await server.arrivals(30).filter { $0.target == "/slow" }
                #expect(ended.count == 9)
                #expect(Set(ended.map(\.connection)).count == 1)
            }
        }

        /// Over HTTP/2 the server says with GOAWAY which requests it will still answer.
        @Test(arguments: [true, false])
        func connectionsThatServeFewRequestsAreReplaced(usesHTTP2: Bool) async throws {
            try await NginxServer.site("keepalive_requests 5; location / { return 200 $connection; }") { server in
                try await SecureClient.run(.trusting { $0.usesHTTP2 = usesHTTP2 }) { client in
                    for number in 0..<200 {
                        let method: ClientRequest.Method = number.isMultiple(of: 2) ? .get : .post
                        let answer = try await client.send(method, server.place.url("/\(number)"))
                        #expect(answer.status == 200)
                    }
                    let answers = try await Self.burst(64, over: client) { server.place.url("/at-once/\($0)") }
                    #expect(answers.count == 64)
                    for _ in 0..<5 { try await Self.orders(64, over: client, server) }
                }
                let arrivals = try await server.arrivals(264)
                let posts = Dictionary(grouping: arrivals.filter { $0.method == "POST" }, by: \.target)
                #expect(posts.values.allSatisfy { $0.count == 1 })
                let used = Dictionary(grouping: arrivals, by: \.connection)
                #expect(used.count >= 40)
            }
        }

        /// Those that are not answered were perhaps delivered, or not at all.
        private static func orders(_ count: Int, over client: SecureClient, _ server: NginxServer) async throws {
            let round = UUID()
            let failed = await withTaskGroup(of: (any Error)?.self) { group in
                for number in 0..<count {
                    group.addTask {
                        do {
                            _ = try await client.send(
                                .post,
                                server.place.url("/order/\(round)/\(number)"),
                                body: .text("x")
                            )
                            return nil
                        } catch {
                            return error
                        }
                    }
                }
                return await group.reduce(into: []) { if let error = $1 { $0.append(error) } }
            }
            for error in failed {
                let error = try #require(error as? ResilientError)
                #expect(error.code == .connectionLost && error.reachedServer != .yes, "\(error)")
            }
            // What the server refused unread is not sent again either: libcurl does not say which those are.
            #expect(failed.count < count)
        }

        /// A connection that the server closes because nobody has used it for a while.
        @Test(arguments: [true, false])
        func idleConnectionsAreClosedByTheServer(usesHTTP2: Bool) async throws {
            var lost = 0
            try await NginxServer.site("keepalive_timeout 20ms; location / { return 200 $connection; }") { server in
                try await SecureClient.run(.trusting { $0.usesHTTP2 = usesHTTP2 }) { client in
                    var connections: Set<String> = []
                    for number in 0..<60 {
                        let method: ClientRequest.Method = number.isMultiple(of: 2) ? .get : .post
                        do {
                            let url = server.place.url("/\(number)")
                            connections.insert(try await client.send(method, url).text)
                        } catch let error as ResilientError where error.code == .connectionLost {
                            #expect(error.reachedServer == .maybe)
                            lost += 1
                        }
                        // Around the moment at which the server closes.
                        try await Task.sleep(for: .milliseconds(16 + number % 8))
                    }
                    #expect(lost < 30)
                    #expect(connections.count > 1)
                }
                let posts = Dictionary(grouping: server.arrivals.filter { $0.method == "POST" }, by: \.target)
                #expect(posts.values.allSatisfy { $0.count == 1 })
            }
        }
    }
}
#endif
