/// One test of the suite: a series of requests, what the origin answers to them, and what has to come of it. FORMAT.md
/// beside the tests explains every field.
public struct CacheTestCase: Decodable, Sendable {
    /// Its name.
    public let id: String
    /// What it shows, in a sentence.
    public let name: String
    /// The tests without which it says nothing.
    public let dependsOn: [String]
    /// The requests in their order.
    public let requests: [CacheTestRequest]

    private enum CodingKeys: String, CodingKey {
        case id, name, requests
        case dependsOn = "depends_on"
    }

    /// Reads a test.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        id = try fields.decode(String.self, forKey: .id)
        name = try fields.decode(String.self, forKey: .name)
        dependsOn = try fields.decodeIfPresent([String].self, forKey: .dependsOn) ?? []
        requests = try fields.decode([CacheTestRequest].self, forKey: .requests)
    }
}
