/// The tests that a transport keeps from being made: they pass in process.
enum TransportDifferences {
    /// By the transport's name and the test's.
    static let reasons = ["urlsession": urlSession, "curl": ["headers-store-Transfer-Encoding": encoding]]

    /// URLSession on Linux.
    private static let urlSession: [String: String] = {
        var reasons = [
            "headers-store-Content-Encoding": encoding,
            "headers-store-Transfer-Encoding": encoding,
        ]
        for status in [301, 302, 303, 307, 308] {
            for age in ["fresh", "stale"] {
                reasons["status-\(status)-\(age)"] = "The body of a redirect that is not followed gets lost."
            }
        }
        return reasons
    }()

    private static let encoding = "libcurl refuses an answer whose encoding it does not know, as RFC 9112 §6.1 lets it."
}
