import Foundation
import ResilientHTTP

extension CacheEntry {
    /// The answer that a writer writes as its so-many-eth: one of 40 URLs, and a body that says which it is. Some are
    /// small, so that much of the time goes into making files, and some are not.
    static func written(_ number: Int, by writer: Int, key: CredentialScope.Key?) -> CacheEntry {
        let now = ClientRuntime.system.now
        return CacheEntry(
            key: writtenKey(number, by: writer, key: key),
            status: 200,
            headers: [.contentType: "text/plain", .eTag: "\(number)"],
            body: writtenBody(number),
            receivedAt: now,
            lifetime: .seconds(3600),
            discardAt: now + .seconds(3600)
        )
    }

    /// Under which key the so-many-eth answer of a writer is.
    static func writtenKey(_ number: Int, by writer: Int, key: CredentialScope.Key?) -> CacheKey {
        let scope = CredentialScope(
            request: ClientRequest(url: URL(filePath: "/")),
            tenant: "writer",
            key: key ?? CredentialScope.Key(high: 0, low: 0)
        )
        return CacheKey(scope: scope, url: "https://example.com/\(writer)/\(number % 40)")
    }

    /// Which answer this is; nil when its body is not the one that was written.
    var writtenNumber: Int? {
        guard let number = headers[.eTag].flatMap({ Int($0) }), body == Self.writtenBody(number) else { return nil }
        return number
    }

    private static func writtenBody(_ number: Int) -> Data {
        let size = number % 5 == 0 ? 5000 * (number % 4 + 1) : 100
        return Data("\(number) ".utf8) + Data(repeating: UInt8(truncatingIfNeeded: number), count: size)
            + Data("end".utf8)
    }
}
