import Foundation

/// On whose behalf a request is made, without the secrets themselves: whatever is shared between calls (cached
/// answers, flights, limits) is shared within one scope only.
///
/// The tenant of the call's options and the credentials that the request carries are hashed with a key that the
/// process makes up at its start, so that a scope can be compared and logged but tells nothing.
public struct CredentialScope: Sendable, Hashable, CustomStringConvertible {
    private let high: UInt64
    private let low: UInt64

    /// With what the secrets of a scope are hashed, where scopes are to be the same in several processes.
    public struct Key: Sendable, Hashable {
        /// 16 secret bytes, as two numbers.
        public let high: UInt64
        /// The other half.
        public let low: UInt64

        /// Makes a key from 128 secret, random bits.
        public init(high: UInt64, low: UInt64) {
            (self.high, self.low) = (high, low)
        }
    }

    /// The scope of requests without tenant and credentials.
    public static let anonymous = CredentialScope(request: ClientRequest(url: URL(filePath: "/")), tenant: nil)

    init(request: ClientRequest, tenant: String?) {
        // SipHash with the process's key; two of them, so that a collision is out of the question.
        var first = Hasher()
        var second = Hasher()
        first.combine(tenant)
        second.combine(1 as UInt8)
        second.combine(tenant)
        for field in request.headers where SensitiveNames.contains(field.name.canonicalName) {
            first.combine(field)
            second.combine(field)
        }
        high = UInt64(bitPattern: Int64(first.finalize()))
        low = UInt64(bitPattern: Int64(second.finalize()))
    }

    /// 32 hexadecimal digits that differ from process to process.
    public var description: String {
        RequestID(high: high, low: low).description
    }
}

extension RequestContext {
    /// The scope of a request as it is now. Computed where it is needed, because a redirect to another origin takes
    /// credentials away.
    public func credentialScope(of request: ClientRequest) -> CredentialScope {
        CredentialScope(request: request, tenant: options.tenant)
    }
}
