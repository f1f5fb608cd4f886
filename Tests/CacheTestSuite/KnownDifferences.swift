/// The required and optimal tests for private caches that are not passed, each with its reason.
public enum KnownDifferences {
    /// By the test's name.
    public static let reasons: [String: String] = [
        // No known cache passes these.
        "conditional-lm-fresh-no-lm": """
        RFC 9111 §4.3.2: without Last-Modified the answer's Date is compared. It is later than the condition, so the \
        answer is 200 and not 304.
        """,
        "method-POST": """
        By design POST is kept only where the program says that it changes nothing (RFC 9110 §9.3.3 allows no more \
        than to keep it).
        """,
        "vary-normalise-lang-order": """
        RFC 9110 §12.5.4: many servers take the order of languages for their ranking, so another order is another \
        request.
        """,
        "vary-normalise-lang-select": """
        RFC 9111 §4.1 allows a cache to rank languages where it knows how. Which language a server would have chosen, \
        only the server knows.
        """,
        "partial-store-partial-complete": partial,
        "partial-store-partial-reuse-partial-absent": partial,
        "partial-store-partial-reuse-partial-byterange": partial,
        "partial-store-partial-reuse-partial-suffix": partial,
        // Other caches pass this one.
        "other-cookie": """
        By design what a request with a Cookie gets is never shared with one without, or with another: Cookie is part \
        of the credential scope, which is part of the key.
        """,
    ]

    /// RFC 9111 §3.3 and §3.4 leave it to the cache whether parts are combined.
    private static let partial = """
        By design a part is kept for requests for the very same part and neither cut nor completed (RFC 9111 §3.3, §3.4 \
        allow it). The bodies of these tests do not agree with their own Content-Range.
        """
}
