/// A request of a test: how it is made, how the origin answers it, and what is expected.
public struct CacheTestRequest: Decodable, Sendable {
    /// Where the answer has to come from.
    enum Expectation: String, Decodable {
        case cached
        case notCached = "not_cached"
        case lastModifiedValidated = "lm_validated"
        case entityTagValidated = "etag_validated"

        /// The field that the origin has to see.
        var condition: String? {
            switch self {
            case .cached, .notCached: nil
            case .lastModifiedValidated: "if-modified-since"
            case .entityTagValidated: "if-none-match"
            }
        }
    }

    /// A field, a value that may have to be told apart from being left out.
    enum Optionally<Value: Decodable & Sendable>: Sendable {
        case absent
        case null
        case value(Value)
    }

    let method: String
    let headers: [CacheTestField]
    let body: String?
    let query: String?
    let filename: String?
    /// How a browser would be told to use its cache.
    let cacheMode: String?
    let pauses: Bool
    let disconnects: Bool
    let hasMagicLocations: Bool
    let hasMagicDates: Bool
    let shortYears: [String]

    let status: Int?
    let responseHeaders: [CacheTestField]
    let responseBody: Optionally<String>
    let responsePause: Int
    let interim: [Interim]

    let checksBody: Bool
    let expectation: Expectation?
    let expectedMethod: String?
    let expectedStatus: Optionally<Int>
    let expectedText: Optionally<String>
    let expectedRequestHeaders: [CacheTestField]
    let expectedHeaders: [CacheTestField]
    let missingHeaders: [CacheTestField]
    private let isSetup: Bool
    private let setupChecks: [String]

    /// Whether a failure of a check shows only that the test could not be made.
    func isSetup(_ check: String) -> Bool { isSetup || setupChecks.contains(check) }

    /// An answer before the answer.
    struct Interim: Decodable, Sendable {
        let status: Int
        let headers: [CacheTestField]

        init(from decoder: any Decoder) throws {
            var list = try decoder.unkeyedContainer()
            status = try list.decode(Int.self)
            headers = list.isAtEnd ? [] : try list.decode([CacheTestField].self)
        }
    }

    private struct Status: Decodable {
        let code: Int

        init(from decoder: any Decoder) throws {
            var list = try decoder.unkeyedContainer()
            code = try list.decode(Int.self)
        }
    }

    private enum CodingKeys: String, CodingKey {
        case method = "request_method"
        case headers = "request_headers"
        case body = "request_body"
        case query = "query_arg"
        case filename, cache, disconnect, setup
        case pauses = "pause_after"
        case magicLocations = "magic_locations"
        case magicDates = "magic_ims"
        case shortYears = "rfc850date"
        case status = "response_status"
        case responseHeaders = "response_headers"
        case responseBody = "response_body"
        case responsePause = "response_pause"
        case interim = "interim_responses"
        case checksBody = "check_body"
        case expectation = "expected_type"
        case expectedMethod = "expected_method"
        case expectedStatus = "expected_status"
        case expectedText = "expected_response_text"
        case expectedRequestHeaders = "expected_request_headers"
        case expectedHeaders = "expected_response_headers"
        case missingHeaders = "expected_response_headers_missing"
        case setupChecks = "setup_tests"
    }

    /// Reads a request.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        func optional<Value: Decodable>(_ key: CodingKeys, _ type: Value.Type = Value.self) throws -> Value? {
            try fields.decodeIfPresent(Value.self, forKey: key)
        }
        func optionally<Value: Decodable>(_ key: CodingKeys) throws -> Optionally<Value> {
            guard fields.contains(key) else { return .absent }
            return try optional(key, Value.self).map { .value($0) } ?? .null
        }
        method = try optional(.method) ?? "GET"
        headers = try optional(.headers) ?? []
        body = try optional(.body)
        query = try optional(.query)
        filename = try optional(.filename)
        cacheMode = try optional(.cache)
        pauses = try optional(.pauses) ?? false
        disconnects = try optional(.disconnect) ?? false
        hasMagicLocations = try optional(.magicLocations) ?? false
        hasMagicDates = try optional(.magicDates) ?? false
        shortYears = try optional(.shortYears) ?? []
        status = try optional(.status, Status.self)?.code
        responseHeaders = try optional(.responseHeaders) ?? []
        responseBody = try optionally(.responseBody)
        responsePause = try optional(.responsePause) ?? 0
        interim = try optional(.interim) ?? []
        checksBody = try optional(.checksBody) ?? true
        expectation = try optional(.expectation)
        expectedMethod = try optional(.expectedMethod)
        expectedStatus = try optionally(.expectedStatus)
        expectedText = try optionally(.expectedText)
        expectedRequestHeaders = try optional(.expectedRequestHeaders) ?? []
        expectedHeaders = try optional(.expectedHeaders) ?? []
        missingHeaders = try optional(.missingHeaders) ?? []
        isSetup = try optional(.setup) ?? false
        setupChecks = try optional(.setupChecks) ?? []
    }
}
