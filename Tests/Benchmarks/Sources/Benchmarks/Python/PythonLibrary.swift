/// The client libraries of Python that are measured.
enum PythonLibrary: String, CaseIterable, Sendable {
    case aiohttp
    case httpx
    case openai

    /// Why openai is not measured with anything else.
    static let chatOnly = "it makes chat completions only"

    var rowName: String { "\(rawValue) (Python)" }
}
