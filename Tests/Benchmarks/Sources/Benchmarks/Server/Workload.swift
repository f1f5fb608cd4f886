import Foundation

/// What is asked of the server again and again.
enum Workload: String, CaseIterable, Sendable, Codable {
    case small = "50 B"
    case medium = "10 KB"
    case large = "1 MB"
    case json = "JSON"

    var title: String {
        self == .json ? "JSON: a chat completion, encoded, posted and decoded" : "GET, answers of \(rawValue)"
    }

    var path: String {
        self == .json ? ChatContent.path : "/bytes/\(bytes)"
    }

    var isGet: Bool { self != .json }

    /// The bytes of the answer's body.
    var bytes: Int {
        switch self {
        case .small: 50
        case .medium: 10_000
        case .large: 1_000_000
        case .json: ChatContent.completion.utf8.count
        }
    }

    /// The answer's body, JSON in any case.
    var answer: Data {
        guard isGet else { return Data(ChatContent.completion.utf8) }
        let frame = #"{"text":""}"#
        let text = String(repeating: "0123456789", count: bytes / 10 + 1).prefix(bytes - frame.count)
        return Data(#"{"text":"\#(text)"}"#.utf8)
    }
}
