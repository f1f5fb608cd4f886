#if os(Linux)
import Foundation
import ResilientCurl
import ResilientHTTP
import ResilientHTTPTesting
import SocketSupport
import Testing

extension OverCurl {
    /// Whatever a server does: the right answer, or one typed error.
    @Suite(.timeLimit(.minutes(1)))
    struct CatalogueTests {
        private static let lost: Set<String> = [
            "server_sent_events_cut", "server_sent_events_reset", "reset_before_head", "reset_in_head",
            "reset_after_head", "reset_in_body", "close_without_answer", "partial_status_line", "partial_head",
            "head_without_end", "truncated_body", "truncated_chunks", "until_reset", "interim_only",
            "reset_before_body", "reset_on_accept", "close_on_accept", "reset_on_first_byte",
        ]
        private static let late: Set<String> = [
            "hang", "stall_in_head", "stall_in_body", "stall_between_chunks", "never_reads_upload", "never_reads",
            "never_accepts",
        ]

        private static let large: Set<String> = ["huge_headers", "long_header_line", "long_status_line"]

        /// All else breaks the protocol.
        private static func code(_ entry: FaultServer.CatalogueEntry) -> ResilientError.Code {
            if large.contains(entry.name) { return .responseTooLarge }
            return lost.contains(entry.name)
                ? .connectionLost : late.contains(entry.name) ? .attemptTimeout : .protocolError
        }

        @Test(arguments: FaultServer.Behaviour.catalogue)
        func comesOutRight(_ entry: FaultServer.CatalogueEntry) async throws {
            let configuration = entry.applied(to: FaultServer.Configuration())
            try await CurlHarness.run(server: configuration) { harness in
                harness.server.script("/", [entry.behaviour])
                try await Self.check(entry) { try await harness.send($0, body: $1, options: $2) }
            }
        }

        /// Sends what an entry is for, and looks at what comes of it.
        static func check(
            _ entry: FaultServer.CatalogueEntry,
            _ send: (ClientRequest.Method, RequestBody, RequestOptions) async throws -> ClientResponse
        ) async throws {
            let method: ClientRequest.Method = entry.upload == nil ? .get : .post
            let body = entry.upload.map { RequestBody.bytes($0) } ?? .empty
            let options = RequestOptions(attemptTimeout: .milliseconds(entry.expected == nil ? 300 : 5_000))
            guard let expected = entry.expected else {
                let error = try #require(
                    await #expect(throws: ResilientError.self) { try await send(method, body, options) }
                )
                if entry.name == "reset_on_accept", error.code == .connectFailed {
                    // The RST may come while libcurl still connects.
                    #expect(error.reachedServer == .no)
                    return
                }
                #expect(error.code == Self.code(entry), "\(error)")
                // Nothing that has been sent is said to be unsent.
                #expect(error.reachedServer == .maybe || error.reachedServer == .yes, "\(error)")
                return
            }
            let response: ClientResponse
            do {
                response = try await send(method, body, options)
            } catch let error as ResilientError where entry.name == "early_answer_resets" {
                // Whether the answer is read before the RST is chance.
                #expect(error.code == .connectionLost)
                return
            }
            #expect(
                FaultServer.CatalogueAnswer(status: response.status.code, body: response.data) == expected,
                "\(response.status) with \(response.data.count) bytes"
            )
        }
    }
}
#endif
