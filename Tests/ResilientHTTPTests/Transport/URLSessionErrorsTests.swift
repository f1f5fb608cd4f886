import Foundation
import Testing

@testable import ResilientHTTP

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Rule 14, for what a plain loopback server cannot provoke.
struct URLSessionErrorsTests {
    struct Case: Sendable {
        let code: URLError.Code
        let text: String
        let expected: ResilientError.Code
        let reached: ResilientError.ReachedServer
    }

    private static let cases: [Case] = [
        // Any error after ECONNREFUSED has the code -1004: it proves nothing without the text.
        Case(
            code: .cannotConnectToHost,
            text: "Failed to connect to h port 1 after 0 ms: Couldn't connect to server",
            expected: .connectFailed,
            reached: .no
        ),
        Case(code: .cannotConnectToHost, text: "Something else", expected: .connectFailed, reached: .maybe),
        Case(
            code: .cannotConnectToHost,
            text: "Send failure: Broken pipe",
            expected: .connectionLost,
            reached: .maybe
        ),
        Case(code: .unknown, text: "Could not resolve host: h", expected: .nameResolutionFailed, reached: .no),
        Case(
            code: .unknown,
            text: "SSL certificate problem: self-signed certificate",
            expected: .tlsFailed,
            reached: .no
        ),
        Case(
            code: .unknown,
            text: "OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to h:443",
            expected: .tlsFailed,
            reached: .no
        ),
        Case(
            code: .unknown,
            text: "OpenSSL SSL_read: SSL_ERROR_SYSCALL, errno 104",
            expected: .connectionLost,
            reached: .maybe
        ),
        Case(
            code: .unknown,
            text: "GnuTLS recv error (-54): Error in the pull function.",
            expected: .connectionLost,
            reached: .maybe
        ),
        Case(
            code: .unknown,
            text: "HTTP/2 stream 1 was not closed cleanly: PROTOCOL_ERROR (err 1)",
            expected: .protocolError,
            reached: .maybe
        ),
        Case(code: .timedOut, text: "The request timed out.", expected: .attemptTimeout, reached: .maybe),
        Case(code: .unknown, text: "no idea", expected: .connectionLost, reached: .maybe),
    ]

    private func error(_ code: URLError.Code, _ text: String) -> URLError {
        URLError(code, userInfo: [NSLocalizedDescriptionKey: text])
    }

    @Test(arguments: cases)
    func textsDecideBeforeCodes(_ example: Case) throws {
        let translated = URLSessionErrors.translate(error(example.code, example.text), headArrived: false)
        let own = try #require(translated as? ResilientError)
        #expect(own.code == example.expected)
        #expect(own.reachedServer == example.reached)
        #expect((own.cause as? URLError)?.code == example.code)
    }

    @Test func aHeadProvesThatTheServerWasReached() throws {
        let translated = URLSessionErrors.translate(error(.networkConnectionLost, "Recv failure"), headArrived: true)
        #expect((translated as? ResilientError)?.reachedServer == .yes)
    }

    @Test func secretsAreTakenOut() throws {
        let leak = error(.unknown, "bad URL https://user:pass@host/?api_key=sk-abcdefghij")
        let own = try #require(URLSessionErrors.translate(leak, headArrived: false) as? ResilientError)
        #expect(!own.message.contains("pass") && !own.message.contains("abcdefghij"))
    }
}
