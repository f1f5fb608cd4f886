import Foundation
import Testing

@testable import ResilientHTTP

@Suite struct FailureClassifierTests {
    private let standard = FailureClassifier(retryableStatuses: nil, heedsServer: true, custom: nil)

    @Test(
        arguments: [
            (200, nil), (204, nil), (304, nil), (399, nil), (400, nil), (401, nil), (404, nil), (422, nil), (499, nil),
            (408, .requestTimeout), (429, .throttled), (500, .serverError), (501, nil), (502, .serverError),
            (503, .serverError), (529, .serverError), (599, .serverError), (600, nil), (999, nil),
        ] as [(Int, FailureClass?)]
    )
    func aStatusHasAClass(code: Int, expected: FailureClass?) {
        #expect(standard.classify(ClientResponse(status: .init(code))) == expected)
    }

    @Test(
        arguments: [
            (409, .listedStatus), (501, .listedStatus), (503, .serverError), (500, nil), (429, nil), (408, nil),
        ] as [(Int, FailureClass?)]
    )
    func listedStatusesReplaceTheStandardOnes(code: Int, expected: FailureClass?) {
        let listed = FailureClassifier(retryableStatuses: [409, 501, 503], heedsServer: true, custom: nil)
        #expect(listed.classify(ClientResponse(status: .init(code))) == expected)
    }

    @Test(
        arguments: [
            (.connectFailed, .connect), (.nameResolutionFailed, .connect), (.connectionLost, .connectionLost),
            (.attemptTimeout, .timeout), (.tlsFailed, .tls), (.protocolError, .protocolError), (.deadlineExceeded, nil),
            (.invalidRequest, nil), (.insecureRequest, nil), (.originRefused, nil), (.redirectRefused, nil),
            (.tooManyRedirects, nil), (.bodyNotReplayable, nil), (.responseTooLarge, nil), (.circuitOpen, nil),
            (.rateLimited, nil), (.queueFull, nil), (.shed, nil), (.status, nil), (.decoding, nil),
            (.configuration, nil),
            (.unsupported, nil), (.clientClosed, nil), (.resourcesExhausted, .resourcesExhausted),
        ] as [(ResilientError.Code, FailureClass?)]
    )
    func anErrorHasAClass(code: ResilientError.Code, expected: FailureClass?) {
        #expect(standard.classify(ResilientError(code, "")) == expected)
    }

    @Test func whatBelongsToSomebodyElseHasAClassOnlyIfTheProgramGivesIt() {
        struct Own: Error {}
        #expect(standard.classify(Own()) == nil)
        #expect(standard.classify(CancellationError()) == nil)
        let custom = FailureClassifier(retryableStatuses: nil, heedsServer: true) {
            $0 is Own ? .init(rawValue: "own") : nil
        }
        #expect(custom.classify(Own()) == FailureClass(rawValue: "own"))
        #expect(custom.classify(ResilientError(.connectionLost, "")) == .connectionLost)
    }

    @Test(arguments: [
        #"{"error":{"code":"insufficient_quota"}}"#, #"{"error":{"type":"billing_hard_limit_reached"}}"#,
        "quota_exhausted", #"{"message":"Your credit balance is too low"}"#,
    ])
    func a429SaysInItsBodyThatWaitingDoesNotHelp(body: String) {
        #expect(standard.classify(ClientResponse(status: 429, body: .text(body))) == .quotaExhausted)
        #expect(standard.classify(ClientResponse(status: 503, body: .text(body))) == .serverError)
        let late = String(repeating: " ", count: ResilientError.bodyPrefixLimit) + body
        #expect(standard.classify(ClientResponse(status: 429, body: .text(late))) == .throttled)
    }
}
