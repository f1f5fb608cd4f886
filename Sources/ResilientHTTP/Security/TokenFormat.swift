/// Checks that a credential could be one, before a server has to say so, and shows it without giving it away.
public enum TokenFormat {
    /// What is wrong with a bearer token or API key, or nil.
    ///
    /// Only what no service issues is found: emptiness, white space, characters outside RFC 6750's `b68token`, and
    /// the placeholders of documentation. The format of a particular vendor is not guessed.
    public static func problem(in token: some StringProtocol) -> String? {
        if token.isEmpty { return "is empty" }
        // No placeholder is longer, so that a real token is not compared with each.
        if token.utf8.count <= 12, placeholders.contains(Grammar.lowercased(String(token))) {
            return "is a placeholder, not a token"
        }
        if let byte = tokenBytes.firstOther(in: token) {
            return "contains a character that no token has (byte 0x\(String(byte, radix: 16)))"
        }
        if token.utf8.count < 8 { return "is shorter than 8 characters" }
        return nil
    }

    private static let placeholders: Set<String> = [
        "your-api-key", "your_api_key", "your-token", "changeme", "xxx", "todo", "<token>", "null", "undefined",
    ]

    /// RFC 6750's `b68token`, and the separators that vendors add.
    private static let tokenBytes = ByteSet(alphanumericsAnd: "-._~+/=:|")

    /// A token with its middle taken out: `your-token` gives `your...oken`, eight characters or fewer give
    /// `***MASKED***` (specification row 133).
    public static func mask(_ token: String) -> String {
        token.count <= 8 ? "***MASKED***" : "\(token.prefix(4))...\(token.suffix(4))"
    }

    /// What the validation stage does about a token that cannot be one.
    public enum Policy: String, Sendable, Codable {
        /// Nothing.
        case ignore
        /// Notes it in the call's explanation and tells the client's warning handler.
        case warn
        /// Refuses the request.
        case `throw`
    }
}
