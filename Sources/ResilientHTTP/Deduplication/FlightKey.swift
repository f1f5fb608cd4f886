import Foundation

/// What requests that share a flight have in common: everything that may matter to the answer, or to how it is fetched.
///
/// `Vary` is not known before there is an answer, so every header field counts that is not ignored by name. Keys are
/// compared in full; the hash, taken once, only finds them.
final class FlightKey: Sendable, Hashable {
    private let url: String
    private let method: ClientRequest.Method
    private let headers: HeaderFields
    private let body: RequestBody
    private let limit: Int
    private let reach: Reach
    /// Where the URL stood: what was asked before a change is no answer to what is asked after it.
    private let epoch: UInt32
    /// The tenant is among them.
    private let options: RequestOptions
    private let hash: Int

    /// Nil for a request that cannot be shared: its body is no bytes in memory.
    init?(_ request: ClientRequest, _ context: RequestContext, ignoring ignored: IgnoredFields, epoch: UInt32 = 0) {
        url = request.target.key
        method = request.method
        headers = ignored.removed(from: request.headers)
        body = request.body
        limit = context.body.limit
        reach = context.reach
        self.epoch = epoch
        // A total timeout that has not become a deadline yet is kept further in, by the flight for all.
        options = context.options.forSending(keepingTotalTimeout: context.deadline == nil)

        var hasher = Hasher()
        hasher.combine(url)
        // Fields of different names may stand in any order.
        var fields = 0
        for field in headers { fields &+= field.value.hashValue }
        hasher.combine(fields)
        switch body.storage {
        case .empty: break
        case .bytes(let data): Self.combine(data, into: &hasher)
        case .file, .stream: return nil
        }
        if let tenant = options.tenant { hasher.combine(tenant) }
        hash = hasher.finalize()
    }

    /// Of a long body its ends: what differs only in between is told apart by comparing.
    private static func combine(_ data: Data, into hasher: inout Hasher) {
        let most = 16 << 10
        hasher.combine(data.count)
        data.withUnsafeBytes { bytes in
            hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: bytes.prefix(most)))
            if bytes.count > most { hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: bytes.suffix(most))) }
        }
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(hash)
    }

    static func == (left: FlightKey, right: FlightKey) -> Bool {
        if left === right { return true }
        return left.hash == right.hash && left.method == right.method && left.url == right.url
            && left.limit == right.limit && left.reach == right.reach && left.epoch == right.epoch
            && areSame(left.body, right.body) && areSame(left.headers, right.headers)
            && areSame(left.options, right.options)
    }

    private static func areSame(_ left: RequestOptions, _ right: RequestOptions) -> Bool {
        left.isDefault && right.isDefault || left == right
    }

    private static func areSame(_ left: RequestBody, _ right: RequestBody) -> Bool {
        guard left.contentType == right.contentType else { return false }
        switch (left.storage, right.storage) {
        case (.empty, .empty): return true
        case (.bytes(let left), .bytes(let right)): return left == right
        default: return false
        }
    }

    /// The order of lines counts among those of one name only (RFC 9110 §5.3).
    private static func areSame(_ left: HeaderFields, _ right: HeaderFields) -> Bool {
        if left == right { return true }
        return left.count == right.count && left.allSatisfy { left[values: $0.name] == right[values: $0.name] }
    }
}
