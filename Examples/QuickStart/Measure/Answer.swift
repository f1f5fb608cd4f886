import Foundation

/// An answer as either client gives it, to be checked before it counts.
struct Answer: Sendable {
    /// What the server sends where it sends no digest.
    static let plainText = "ok"

    let status: Int
    let digest: String?
    let body: Data

    /// Nil for a good answer, else what is wrong with it.
    func problem(for request: PlannedRequest) -> String? {
        guard (200...299).contains(status) else { return "status \(status)" }
        guard request.checksBody else { return nil }
        if request.expectsEcho {
            return echoedBody == request.body ? nil : "the redirect lost the body"
        }
        if let digest { return digest == Digest.text(body) ? nil : "wrong body" }
        return body == Data(Self.plainText.utf8) ? nil : "wrong body"
    }

    private var echoedBody: Data? {
        struct Echo: Decodable {
            let body: Data
        }
        return try? JSONDecoder().decode(Echo.self, from: body).body
    }
}
