import Foundation

/// What a service of chat completions answers, in the usual form of such services.
enum ChatContent {
    static let path = "/v1/chat/completions"
    /// Where the streamed ones are: the same path of another base URL.
    static let streamBase = "/stream"
    static let streamPath = streamBase + path
    /// How many pieces of text a streamed answer has.
    static let tokens = 200

    /// An answer in one piece. Without what nginx would take for a variable or the end of a text.
    static let completion =
        #"{"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"local","choices":[{"index":0,"#
        + #""message":{"role":"assistant","content":"A retry without jitter sends everybody at the same moment, and a "#
        + #"service that has just come back is gone again. Spread them out, and bound how many there are."},"#
        + #""logprobs":null,"finish_reason":"stop"}],"#
        + #""usage":{"prompt_tokens":21,"completion_tokens":33,"total_tokens":54}}"#

    /// The data of the events of a streamed answer: who speaks, so many pieces of text, why it ends, the end.
    static var events: [String] {
        func chunk(_ delta: String, finish: String = "null") -> String {
            #"{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"local","#
                + #""choices":[{"index":0,"delta":{\#(delta)},"logprobs":null,"finish_reason":\#(finish)}]}"#
        }
        let pieces = (0..<tokens).map { chunk(#""content":" piece \#($0)""#) }
        return [chunk(#""role":"assistant","content":"""#)] + pieces + [chunk("", finish: #""stop""#), "[DONE]"]
    }
}
