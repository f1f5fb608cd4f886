import Foundation
import ResilientHTTP
import Testing

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

@Suite("ResilientError")
struct ResilientErrorTests {
    @Test("Code, message and context are on one line, each problem of a configuration on its own")
    func description() throws {
        var error = ResilientError(.status, "GET https://h/ answered 503\nforged: line\u{2028}", reachedServer: .yes)
        error.status = 503
        error.attempts = [Attempt(number: 1), Attempt(number: 2)]
        error.retryAfter = .milliseconds(1500)
        error.endpoint = "list\nusers"
        error.requestID = RequestID(high: 1, low: 2)
        let text = error.description
        #expect(text.allSatisfy { !$0.isNewline })
        for part in [
            "status: GET", "[status 503]", "[2 attempts]", "[reached server: yes]", "[retry after 1.5 s]",
            "[request 0000000000000001",
        ] {
            #expect(text.contains(part), "\(text)")
        }
        #expect(error.localizedDescription == text)
        #expect((error as any Error).localizedDescription == text)

        let problems = ResilientError.configuration([
            .init(path: "a.b", message: "x\ny"), .init(path: "c", message: "z"),
        ])
        #expect(problems.description.split(separator: "\n").count == 3)
    }

    @Test("The short description has few values")
    func shortDescription() {
        var error = ResilientError(.status, "GET https://h/1234 answered 404")
        error.status = 404
        #expect(error.shortDescription == "status 404")
        #expect(ResilientError(.circuitOpen, "x").shortDescription == "circuit_open")
    }

    static let codes: [(ResilientError.Code, URLError.Code)] = [
        (.invalidRequest, .badURL), (.insecureRequest, .appTransportSecurityRequiresSecureConnection),
        (.originRefused, .unsupportedURL),
        (.redirectRefused, .redirectToNonExistentLocation), (.tooManyRedirects, .httpTooManyRedirects),
        (.bodyNotReplayable, .requestBodyStreamExhausted), (.connectFailed, .cannotConnectToHost),
        (.nameResolutionFailed, .cannotFindHost),
        (.tlsFailed, .secureConnectionFailed), (.connectionLost, .networkConnectionLost),
        (.protocolError, .badServerResponse),
        (.responseTooLarge, .dataLengthExceedsMaximum), (.attemptTimeout, .timedOut), (.deadlineExceeded, .timedOut),
        (.circuitOpen, .resourceUnavailable), (.rateLimited, .resourceUnavailable), (.queueFull, .resourceUnavailable),
        (.shed, .resourceUnavailable), (.resourcesExhausted, .resourceUnavailable),
        (.status, .badServerResponse), (.decoding, .cannotParseResponse), (.configuration, .unknown),
        (.unsupported, .unsupportedURL),
        (.clientClosed, .cancelled), (.init(rawValue: "own_code"), .unknown),
    ]

    @Test("Every code has its nearest URLError, with our description", arguments: codes)
    func urlError(_ code: ResilientError.Code, _ expected: URLError.Code) {
        let error = ResilientError(code, "what happened")
        #expect(error.urlError.code == expected)
        #expect(error.urlError.localizedDescription == error.description)
    }

    @Test("A URLError below keeps its code")
    func underlying() {
        let error = ResilientError(.tlsFailed, "x", cause: URLError(.serverCertificateHasBadDate))
        #expect(error.urlError.code == .serverCertificateHasBadDate)
    }

    @Test("Codes are snake_case, unique, and one string in JSON")
    func codable() throws {
        let raw = Self.codes.map(\.0.rawValue)
        #expect(Set(raw).count == raw.count)
        #expect(raw.allSatisfy { $0.allSatisfy { $0.isLowercase || $0 == "_" } })
        let data = try JSONEncoder().encode([ResilientError.Code.tooManyRedirects])
        #expect(String(decoding: data, as: UTF8.self) == #"["too_many_redirects"]"#)
        #expect(try JSONDecoder().decode([ResilientError.Code].self, from: data) == [.tooManyRedirects])
    }
}
