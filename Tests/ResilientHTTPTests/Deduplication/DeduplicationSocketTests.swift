import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import SocketSupport
import Synchronization
import Testing

extension OverRealSockets {
    @Suite struct DeduplicationSocketTests {
        /// A hundred calls of each credential, all under way before anything is sent.
        @Test(arguments: [1, 2])
        func theServerSeesOneRequestForEachCredential(credentials: Int) async throws {
            let count = 100 * credentials
            try await FaultServer.withServer { server in
                server.script("/a", [.ok("answer")])
                let assembly = Assembly(count: count)
                var dependencies = try Dependencies.live()
                dependencies.stages = [
                    CustomStage(.init(rawValue: "outside"), Arrival(assembly: assembly), at: .before(.deduplication)),
                    CustomStage(.init(rawValue: "inside"), Departure(assembly: assembly), at: .after(.deduplication)),
                ]
                try await withResilientClient(.sharing(), dependencies: dependencies) { client in
                    let url = server.url.appending(path: "a")
                    let texts = try await withThrowingTaskGroup(of: String.self) { group in
                        for index in 0..<count {
                            let credential = "Bearer \(index % credentials)"
                            let request = ClientRequest(url: url, headers: [.authorization: credential])
                            group.addTask { try await client.send(request).text }
                        }
                        return try await group.reduce(into: []) { $0.append($1) }
                    }
                    #expect(texts == Array(repeating: "answer", count: count))
                    #expect(client.deduplicationStatistics()?.coalesced == 99 * credentials)
                }
                #expect(server.completeRequests(path: "/a") == credentials)
                let seen = server.requests.flatMap { $0.values(of: "Authorization") }
                #expect(seen.sorted() == (0..<credentials).map { "Bearer \($0)" })
            }
        }

        /// How many calls have come to the stage that shares.
        private final class Assembly: Sendable {
            private let state = Mutex(0)
            private let count: Int

            init(count: Int) {
                self.count = count
            }

            var isComplete: Bool { state.withLock { $0 == count } }

            func arrive() {
                state.withLock { $0 += 1 }
            }
        }

        private struct Arrival: Middleware {
            let assembly: Assembly

            func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws
                -> ClientResponse
            {
                assembly.arrive()
                return try await next(request, context: context)
            }
        }

        private struct Departure: Middleware {
            let assembly: Assembly

            func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws
                -> ClientResponse
            {
                while !assembly.isComplete { try await context.sleep(for: .milliseconds(1)) }
                // Who has come last is a few instructions away from its place.
                try await context.sleep(for: .milliseconds(50))
                return try await next(request, context: context)
            }
        }
    }
}
