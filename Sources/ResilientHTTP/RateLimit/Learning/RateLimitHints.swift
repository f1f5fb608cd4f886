public import Foundation

/// What a server says about its rate limits: how much is left of each, and until when.
///
/// Reads `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers, as structured fields, and the
/// forms of its earlier versions), `x-ratelimit-{limit,remaining,reset}` with any suffix such as `-requests` and
/// `-tokens`, the same behind a vendor's name, and `Retry-After` with its millisecond relatives. What cannot be read,
/// is below zero, or is no number, is left out; counts are 10¹⁵ at most and times 10⁹ seconds. Of a field that stands
/// several times the strictest value counts.
public struct RateLimitHints: Sendable, Hashable {
    /// One of the server's limits.
    public struct Quota: Sendable, Hashable {
        /// What the server calls it, such as `requests` or `default`; empty for a limit without a name.
        public var name: String
        /// What it counts.
        public var counts: RateLimit.Measure
        /// The whole of it.
        public var limit: Int?
        /// What is left.
        public var remaining: Int?
        /// How long until it is whole again, at most 10⁹ seconds.
        public var reset: Duration?
        /// Whether it comes back evenly, and not at once when ``reset`` is over.
        var isSteady = false

        /// How long a unit takes to come back; nil where everything comes back at once.
        ///
        /// OpenAI documents its resets as the time until the limit is whole again, and refills all the time: by then
        /// `limit − remaining` units have come.
        var refill: Duration? {
            guard isSteady, let reset, let limit, let remaining, limit > remaining else { return nil }
            return reset / (limit - remaining)
        }

        /// How long a call waits when nothing is left; nil when the server does not say.
        var wait: Duration? { refill ?? reset }
    }

    /// The server's limits.
    public private(set) var quotas: [Quota] = []
    /// When to come back, for an answer that refuses everybody for now: 403, 429 and 503.
    public private(set) var retryAfter: Duration?

    /// Whether the server has said nothing.
    public var isEmpty: Bool { quotas.isEmpty && retryAfter == nil }

    /// The most limits of one answer that are looked at: 32.
    public static let maxQuotas = 32

    /// Reads an answer's fields. `date` is the time of day, for fields that name a moment.
    public init(status: ClientResponse.Status, headers: HeaderFields, date: Date) {
        // Nearly every answer says nothing, and finding that out must cost nearly nothing.
        guard headers.contains(where: { Self.isRelevant($0.name.canonicalName) }) else { return }
        readStandard(headers, date)
        readFamilies(headers, date)
        if ServerHints.holdsForAll(status) {
            retryAfter = RetryAfter.delay(in: headers, now: ServerHints.now(date))
        }
    }

    private static func isRelevant(_ name: String) -> Bool {
        switch name.utf8.first {
        case UInt8(ascii: "r"): name.hasPrefix("ratelimit") || name.hasPrefix("retry-after")
        case UInt8(ascii: "x"): name.hasPrefix("x-rate") || name == "x-ms-retry-after-ms"
        default: name.utf8.count > 12 && name.contains("-ratelimit-")
        }
    }

    private mutating func add(_ quota: Quota) {
        guard quota.remaining != nil || quota.limit != nil || quota.reset != nil else { return }
        if quotas.count < Self.maxQuotas { quotas.append(quota) }
    }
}

// MARK: - RateLimit and RateLimit-Policy

extension RateLimitHints {
    private struct Policy {
        var limit: Int?
        var window: Int64?
        var unit: String?
    }

    private mutating func readStandard(_ headers: HeaderFields, _ date: Date) {
        let lines = headers[values: .rateLimit]
        guard !lines.isEmpty else { return }
        let policies = Self.policies(headers)
        if let entries = StructuredField.dictionary(lines), entries.contains(where: { $0.key == "remaining" }) {
            // Until version 07 one dictionary: limit=100, remaining=50, reset=5.
            let value = { (key: String) in entries.first { $0.key == key }?.member.item?.value.wholeNumber }
            add(
                Quota(
                    name: "",
                    counts: .requests,
                    limit: value("limit").flatMap(PeerNumber.count),
                    remaining: value("remaining").flatMap(PeerNumber.count),
                    reset: value("reset").flatMap(PeerNumber.seconds)
                )
            )
            return
        }
        for case .item(let item) in StructuredField.list(lines) ?? [] {
            let policy = item.value.name.flatMap { policies[$0] }
            let reset = item.parameters["t"]?.wholeNumber ?? policy?.window
            add(
                Quota(
                    name: item.value.name ?? "",
                    counts: Self.measure(policy?.unit ?? item.value.name ?? ""),
                    limit: policy?.limit,
                    remaining: item.parameters["r"]?.wholeNumber.flatMap(PeerNumber.count),
                    reset: reset.flatMap(PeerNumber.seconds)
                )
            )
        }
    }

    /// `"burst";q=100;w=60;qu="requests"`, by name.
    private static func policies(_ headers: HeaderFields) -> [String: Policy] {
        var policies: [String: Policy] = [:]
        for case .item(let item) in StructuredField.list(headers[values: .rateLimitPolicy]) ?? [] {
            guard let name = item.value.name else { continue }
            policies[name] = Policy(
                limit: item.parameters["q"]?.wholeNumber.flatMap(PeerNumber.count),
                window: item.parameters["w"]?.wholeNumber,
                unit: item.parameters["qu"]?.name
            )
        }
        return policies
    }
}

// MARK: - x-ratelimit-*

extension RateLimitHints {
    /// `x-ratelimit-remaining-tokens`, `anthropic-ratelimit-input-tokens-remaining`, `ratelimit-reset`: a prefix, a
    /// kind, and whatever else is in the name tells one limit from another.
    private mutating func readFamilies(_ headers: HeaderFields, _ date: Date) {
        var found: [(name: String, quota: Quota)] = []
        for field in headers {
            let name = field.name.canonicalName
            guard Self.isRelevant(name) else { continue }
            let words = name.replacingOccurrences(of: "rate-limit", with: "ratelimit").split(separator: "-")
            guard let start = words.firstIndex(of: "ratelimit"),
                let kind = words[start...].firstIndex(where: { ["limit", "remaining", "reset"].contains($0) })
            else { continue }
            var rest = words[(start + 1)...].map(String.init)
            rest.remove(at: kind - start - 1)
            // Whether a reset says "after" or "at" shows in its value.
            if words[kind] == "reset", rest.last == "after" || rest.last == "at" { rest.removeLast() }
            let unit = rest.joined(separator: "-")
            let index: Int
            if let known = found.firstIndex(where: { $0.name == unit }) {
                index = known
            } else {
                guard found.count < Self.maxQuotas else { continue }
                index = found.count
                found.append((unit, Quota(name: unit, counts: Self.measure(unit))))
            }
            found[index].quota.isSteady = found[index].quota.isSteady || Self.refillsSteadily(name)
            found[index].quota.take(String(words[kind]), field.value, date)
        }
        for (_, quota) in found { add(quota) }
    }

    private static func measure(_ unit: String) -> RateLimit.Measure {
        Grammar.lowercased(unit).contains("token") ? .cost : .requests
    }

    /// OpenAI's names, and those of the services that speak its language.
    private static func refillsSteadily(_ name: String) -> Bool {
        ["limit", "remaining", "reset"].contains { kind in
            name == "x-ratelimit-\(kind)-requests" || name == "x-ratelimit-\(kind)-tokens"
        }
    }
}

extension RateLimitHints.Quota {
    /// Takes the value of one field line, or of several that were joined: the least that remains, the latest reset.
    fileprivate mutating func take(_ kind: String, _ value: String, _ date: Date) {
        for text in value.split(separator: ",") {
            switch kind {
            case "limit":
                limit = limit ?? Self.count(text)
            case "remaining":
                guard let count = Self.count(text) else { continue }
                remaining = min(remaining ?? count, count)
            default:
                guard let delay = ResetTime(String(text), date: date)?.delay else { continue }
                reset = max(reset ?? delay, delay)
            }
        }
    }

    /// A number of any length, rounded down; `100;w=60`, as earlier versions of the draft had it, is its number.
    private static func count(_ text: Substring) -> Int? {
        let text = text.trimmingOptionalWhitespace
        let rest = text.drop { $0.isASCII && $0.isNumber }
        guard rest.isEmpty || rest.hasPrefix(";") || rest.hasPrefix(".") else { return nil }
        return PeerNumber.count(text[..<rest.startIndex])
    }
}

extension HeaderFields.Name {
    /// `RateLimit`
    static let rateLimit = Self(constant: "RateLimit")
    /// `RateLimit-Policy`
    static let rateLimitPolicy = Self(constant: "RateLimit-Policy")
}
