/// The directives of a message's `Cache-Control` fields that a private cache heeds (RFC 9111 §5.2).
///
/// Of a directive that stands there several times the first one counts (§4.2.1); conflicting ones are all here, and the
/// strictest is obeyed by whoever reads them. `s-maxage`, `proxy-revalidate` and the arguments of `private` are for
/// shared caches. `no-cache` with an argument counts as without one, which is stricter (§5.2.2.4).
struct CacheControl: Sendable, Equatable {
    var isNoStore = false
    var isNoCache = false
    var isPublic = false
    var isPrivate = false
    var mustRevalidate = false
    var mustUnderstand = false
    var isImmutable = false
    var isOnlyIfCached = false
    /// One that is no number says that the answer is stale (§4.2.1).
    var maxAge: Duration?
    var minFresh: Duration?
    /// Without an argument: however stale it is.
    var maxStale: Duration?
    var staleWhileRevalidate: Duration?
    var staleIfError: Duration?

    /// Longer numbers of seconds are taken for this one (§1.2.2).
    static let longest: Duration = .seconds(2_147_483_648)

    /// No directive.
    init() {}

    /// The directives of all lines.
    init(_ headers: HeaderFields) {
        for member in FieldList.members(.cacheControl, of: headers) { read(member) }
    }

    private mutating func read(_ member: Substring) {
        let mark = member.firstIndex(of: "=")
        let name = member[..<(mark ?? member.endIndex)]
        // White space around the mark is not in the grammar: the argument is as good as none.
        let argument = mark.map { member[member.index(after: $0)...] } ?? ""
        let trimmed = name.trimmingOptionalWhitespace
        let seconds = trimmed.endIndex == name.endIndex ? Self.seconds(argument) : nil
        switch Grammar.lowercased(String(trimmed)) {
        case "no-store": isNoStore = true
        case "no-cache": isNoCache = true
        case "public": isPublic = true
        case "private": isPrivate = true
        case "must-revalidate": mustRevalidate = true
        case "must-understand": mustUnderstand = true
        case "immutable": isImmutable = true
        case "only-if-cached": isOnlyIfCached = true
        // What cannot be read is taken for the strictest there is.
        case "max-age": maxAge = maxAge ?? seconds ?? .zero
        case "min-fresh": minFresh = minFresh ?? seconds ?? Self.longest
        case "max-stale": maxStale = maxStale ?? seconds ?? (mark == nil ? Self.longest : .zero)
        case "stale-while-revalidate": staleWhileRevalidate = staleWhileRevalidate ?? seconds ?? .zero
        case "stale-if-error": staleIfError = staleIfError ?? seconds ?? .zero
        default: break
        }
    }

    /// delta-seconds, RFC 9111 §1.2.2: digits, as a token or quoted; nil for all else.
    static func seconds(_ text: Substring) -> Duration? {
        guard let digits = FieldList.unquoted(text), !digits.isEmpty else { return nil }
        var value: Int64 = 0
        for byte in digits.utf8 {
            guard 0x30...0x39 ~= byte else { return nil }
            value = min(value * 10 + Int64(byte - 0x30), 2_147_483_648)
        }
        return .seconds(value)
    }
}
