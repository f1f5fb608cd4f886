import Foundation
import Testing

@testable import ResilientHTTP

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Nothing that a library below says leaves with a secret in it.
@Suite struct LibraryTextTests {
    @Test(arguments: [
        "Unsupported proxy syntax in 'user:HUSH@127.0.0.1:99999'",
        "Unsupported proxy syntax in 'us er:HU SH/HUSH'@HUSH@127.0.0.1:99999'",
        "Could not resolve proxy: user:HUSH@proxy",
        "bad URL http://user:HUSH@host/ and http://other:HUSH@host/",
        "HUSH@host",
    ])
    func userInfoGoes(_ text: String) {
        let clean = LibraryText.clean(text)
        #expect(!clean.contains("HUSH") && !clean.contains("HU SH"), "\(clean)")
        #expect(clean.contains(Redactor.mark))
    }

    @Test func otherTextsStay() {
        let text = "Failed to connect to 127.0.0.1 port 1 after 0 ms: Couldn't connect to server"
        #expect(LibraryText.clean(text) == text)
    }

    @Test func theErrorBelowIsCleanToo() throws {
        let url = try #require(URL(string: "http://h/?api_key=HUSH"))
        let below = NSError(domain: "curl", code: 5, userInfo: [NSLocalizedDescriptionKey: "proxy 'a:HUSH@b'"])
        let info: [String: Any] = [
            NSUnderlyingErrorKey: below, NSURLErrorFailingURLErrorKey: url,
            NSLocalizedDescriptionKey: "Unsupported proxy syntax in 'user:HUSH@127.0.0.1:99999'",
        ]
        let raw = URLError(.unknown, userInfo: info)
        let call = CallRecord(requestID: RequestID(high: 1, low: 2), options: RequestOptions(), runtime: .system)
        for error in [URLSessionErrors.translate(raw, headArrived: false), TransportErrors.normalized(raw, in: call)] {
            let error = try #require(error as? ResilientError)
            var text = "\(error) \(error.message) \(String(reflecting: error.cause)) "
            dump(error.cause, to: &text)
            #expect(!text.contains("HUSH"), "\(text)")
            #expect((error.cause as? URLError)?.code == .unknown)
        }
    }
}
