import Foundation

/// What is posted to a service of chat completions.
struct ChatRequest: Codable, Sendable {
    struct Message: Codable, Sendable {
        var role: String
        var content: String
    }

    var model = "local"
    var messages = [
        Message(role: "system", content: "You answer in one sentence."),
        Message(role: "user", content: "Why do retries need jitter?"),
    ]
    var stream: Bool?

    /// As every call makes it.
    var json: Data {
        get throws { try JSONEncoder().encode(self) }
    }
}

/// What it answers, as far as it is looked at.
struct ChatCompletion: Decodable {
    struct Choice: Decodable {
        var message: ChatRequest.Message
    }

    var choices: [Choice]

    /// Throws when the answer says nothing.
    static func check(_ data: Data) throws {
        let completion = try JSONDecoder().decode(ChatCompletion.self, from: data)
        guard completion.choices.first?.message.content.isEmpty == false else { throw WrongAnswer("without a text") }
    }
}

/// A piece of a streamed answer, as far as it is looked at.
struct ChatChunk: Decodable {
    struct Delta: Decodable {
        var content: String?
    }

    struct Choice: Decodable {
        var delta: Delta
    }

    var choices: [Choice]
}
