import Foundation
import ResilientHTTP
import Testing

@Suite("Backoff as JSON")
struct BackoffCodableTests {
    private static let jitters: [Jitter] = [.none, .full, .equal, .decorrelated, .proportional(0.3), .symmetric(0.1)]
    private static let backoffs: [Backoff] =
        [
            .none, .decorrelatedV2(base: .milliseconds(8100)), .additive(spread: 0.4), .stainless, .aws(), .microsoft,
        ]
        + jitters.flatMap { jitter -> [Backoff] in
            [
                .exponential(
                    base: .milliseconds(8300),
                    factor: 1.1,
                    cap: .nanoseconds(123_456_789_123),
                    jitter: jitter
                ),
                .linear(increment: .microseconds(1), jitter: jitter), .constant(.milliseconds(100), jitter: jitter),
            ]
        }

    @Test("What is written is read back the same", arguments: backoffs)
    func roundTrip(backoff: Backoff) throws {
        #expect(try JSONDecoder().decode(Backoff.self, from: JSONEncoder().encode(backoff)) == backoff)
    }

    @Test("Every default is visible, durations are decimal seconds")
    func encoded() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let json = { String(decoding: try encoder.encode($0 as Backoff), as: UTF8.self) }
        let exponential = #"{"base":0.5,"cap":8,"factor":2,"jitter":"full","kind":"exponential"}"#
        #expect(try json(.exponential()) == exponential)
        let stainless =
            #"{"base":0.5,"cap":8,"factor":2,"jitter":"proportional","jitter_amount":0.25,"kind":"exponential"}"#
        #expect(try json(.stainless) == stainless)
        #expect(try json(.additive()) == #"{"base":1,"kind":"additive","max":32,"spread":0.2}"#)
    }

    @Test(
        "Missing keys have the defaults of the factory",
        arguments: [
            ("{}", Backoff.exponential()), (#"{"kind":"linear"}"#, .linear()), (#"{"kind":"additive"}"#, .additive()),
            (#"{"kind":"decorrelated_v2"}"#, .decorrelatedV2()), (#"{"kind":"none"}"#, .none),
            (#"{"kind":"constant","delay":2}"#, .constant(.seconds(2))),
            (#"{"cap":20,"base":1}"#, .exponential(base: .seconds(1), cap: .seconds(20))),
            (#"{"jitter":"proportional"}"#, .exponential(jitter: .proportional())),
            (#"{"jitter":"symmetric"}"#, .exponential(jitter: .symmetric())),
            (#"{"jitter":"proportional","jitter_amount":0.5}"#, .exponential(jitter: .proportional(0.5))),
        ]
    )
    func missingKeys(json: String, expected: Backoff) throws {
        #expect(try JSONDecoder().decode(Backoff.self, from: Data(json.utf8)) == expected)
    }

    @Test(
        "What is wrong is named",
        arguments: [
            (#"{"bse":1}"#, "bse"), (#"{"kind":"fibonacci"}"#, "kind"), (#"{"kind":1}"#, "kind"),
            (#"{"kind":"constant"}"#, "delay"), (#"{"kind":"constant","delay":1,"factor":2}"#, "factor"),
            (#"{"kind":"none","base":1}"#, "base"), (#"{"jitter":"some"}"#, "jitter"),
            (#"{"jitter":"full","jitter_amount":0.2}"#, "jitter_amount"), (#"{"jitter_amount":0.2}"#, "jitter_amount"),
            (#"{"base":"1s"}"#, "base"), (#"{"factor":[2]}"#, "factor"), (#"{"jitter":false}"#, "jitter"),
        ]
    )
    func errors(json: String, key: String) throws {
        let error = try #require(throws: DecodingError.self) {
            try JSONDecoder().decode(Backoff.self, from: Data(json.utf8))
        }
        switch error {
        case .dataCorrupted(let context), .typeMismatch(_, let context):
            #expect(context.codingPath.map(\.stringValue) == [key])
        default:
            Issue.record(error)
        }
    }
}
