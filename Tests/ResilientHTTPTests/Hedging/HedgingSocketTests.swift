import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import SocketSupport
import Testing

extension OverRealSockets {
    @Suite struct HedgingSocketTests {
        @Test func theServerSeesBothAndTheSlowOneIsLetGo() async throws {
            try await FaultServer.withServer { server in
                server.script("/slow", [.hang, .ok("copy")])
                let configuration = Configuration().with {
                    $0.hedging = HedgingConfiguration(delay: .milliseconds(50))
                }
                try await withResilientClient(configuration, dependencies: .live()) { client in
                    let response = try await client.send(ClientRequest(url: server.url.appending(path: "slow")))
                    #expect(response.text == "copy")
                }
                #expect(server.requests.count == 2)
            }
        }
    }
}
