/// The client libraries of Python that are measured.
enum PythonLibrary: String, CaseIterable, Sendable {
    case aiohttp
    case httpx
    case openai

    var rowName: String { "\(rawValue) (Python)" }
}
