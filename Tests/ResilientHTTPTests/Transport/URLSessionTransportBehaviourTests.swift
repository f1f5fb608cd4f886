import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import SocketSupport
import Testing

extension OverRealSockets {
    /// Rule 14, and that nothing a server does hangs or ends the process, but for the two documented traps.
    @Suite(.timeLimit(.minutes(1)))
    struct URLSessionTransportBehaviourTests {
        @Test(arguments: SurvivableBehaviour.all, [ClientRequest.Method.get, .post])
        func comesOutAsAnAnswerOrOneError(_ expected: SurvivableBehaviour, _ method: ClientRequest.Method) async throws
        {
            #expect(expected.behaviour.isSurvivableByURLSession)
            let body = method == .post ? RequestBody.text("hello") : .empty
            try await SocketHarness.urlSession { harness in
                harness.server.script("/", [expected.behaviour])
                switch expected.outcome {
                case .answer(let status, let text):
                    let response = try await harness.send(method, body: body)
                    #expect(response.status.code == status)
                    #expect(response.text == text)
                case .error(let code, let reached):
                    let error = try await harness.failure(method, body: body)
                    #expect(error.code == code, "\(error)")
                    #expect(error.reachedServer == reached, "\(error)")
                }
                #expect(harness.server.counters.requests == 1)
            }
        }

        @Test func aHeadThatIsRefusedBeforeItIsReadIsLost() async throws {
            try await SocketHarness.urlSession { harness in
                harness.server.script(connections: [.resetsOnAccept, .closesOnAccept, .resetsOnFirstByte])
                for _ in 0..<3 {
                    let error = try await harness.failure()
                    // A RST may come while curl still connects: then nothing was sent.
                    #expect([.connectionLost, .connectFailed].contains(error.code))
                    #expect(error.reachedServer == (error.code == .connectFailed ? .no : .maybe))
                }
            }
        }

        @Test func aRefusedConnectionProvesThatNothingWasSent() async throws {
            let port = try RefusingPort()
            try await SocketHarness.urlSession { harness in
                let error = try await harness.failure(of: ClientRequest(url: port.url))
                #expect(error.code == .connectFailed)
                #expect(error.reachedServer == .no)
            }
            withExtendedLifetime(port) {}
        }

        @Test func anUnknownHostProvesThatNothingWasSent() async throws {
            try await SocketHarness.urlSession { harness in
                let url = try #require(URL(string: "http://no-such-host.invalid/"))
                let error = try await harness.failure(of: ClientRequest(url: url))
                #expect(error.code == .nameResolutionFailed)
                #expect(error.reachedServer == .no)
            }
        }

        @Test func aHandshakeThatIsResetProvesNothing() async throws {
            try await SocketHarness.urlSession { harness in
                harness.server.script(connections: [.resetsOnFirstByte])
                let url = try #require(URL(string: "https://127.0.0.1:\(harness.server.port)/"))
                let error = try await harness.failure(of: ClientRequest(url: url))
                // curl's text is that of any reset.
                #expect(error.code == .connectionLost)
                #expect(error.reachedServer == .maybe)
            }
        }
    }
}
