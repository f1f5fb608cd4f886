/// Which header fields, query keys and JSON keys carry secrets.
package enum SensitiveNames {
    /// Fields that nearly every request has, in lower case. They are none of these, and asking takes no time then: the
    /// scope of a request is computed whenever an answer is looked up.
    private static let ordinary: Set<String> = [
        "accept", "accept-charset", "accept-encoding", "accept-language", "baggage", "cache-control", "connection",
        "content-encoding", "content-length", "content-type", "date", "expect", "idempotency-key", "if-match",
        "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "origin", "pragma", "prefer",
        "priority",
        "range", "referer", "te", "traceparent", "tracestate", "user-agent", "via", "x-correlation-id", "x-request-id",
    ]

    /// The same for those that carry most credentials.
    private static let wellKnown: Set<String> = [
        "api-key", "authorization", "cookie", "proxy-authorization", "set-cookie", "x-api-key",
    ]

    /// What is known of whole names, whatever they look like.
    private static let known: NameTable = {
        var names: [String: NameTable.Value] = ["tokens": .count]
        let harmless = [
            "idempotency-key", "idempotency_key", "cache-key", "surrogate-key", "partition_key", "primary_key",
            "max_tokens", "maxtokens", "max_completion_tokens", "max_output_tokens", "total_tokens", "prompt_tokens",
            "completion_tokens", "input_tokens", "output_tokens", "cached_tokens", "reasoning_tokens",
            "next_page_token", "page_token", "pagetoken", "nextpagetoken", "continuation_token", "signature-agent",
        ]
        for name in harmless { names[name] = .harmless }
        for name in ["authorization", "proxy-authorization", "cookie", "cookie2", "set-cookie", "set-cookie2"] {
            names[name] = .wholeLine
        }
        for name in ["www-authenticate", "proxy-authenticate", "authentication-info"] { names[name] = .challenge }
        return NameTable(names)
    }()

    /// Families without secrets, whatever follows.
    private static let harmlessFamilies = ["x-ratelimit", "anthropic-ratelimit"].map { Array($0.utf8) }

    /// Whether what stands under a name must not be shown. Case and separators do not count.
    package static func contains(_ name: String) -> Bool {
        if ordinary.contains(name) { return false }
        if wellKnown.contains(name) { return true }
        return name.withUTF8Bytes { bytes in
            switch NameReader.look(of: bytes) {
            case .ordinary: known.value(of: bytes) == .challenge
            case .short: true
            case .telling: value(of: bytes) != .harmless
            }
        }
    }

    /// What is known of a name that reads like a secret's.
    static func value(of name: UnsafeBufferPointer<UInt8>) -> NameTable.Value? {
        if let value = known.value(of: name) { return value }
        guard let first = name.first, [UInt8(ascii: "x"), UInt8(ascii: "a")].contains(first | 0x20) else { return nil }
        return harmlessFamilies.contains { name.lazy.map(Grammar.lowercased).starts(with: $0) } ? .harmless : nil
    }

    /// Whether a field stays behind when a request goes to another origin: secrets, and what names the old host.
    package static func staysWithOrigin(_ name: HeaderFields.Name) -> Bool {
        name == .host || name == .origin || contains(name.canonicalName)
    }
}
