public import Foundation

/// The tests, and what is known about each: whom it is for, and which known caches pass it.
public struct CacheTestCatalogue: Sendable {
    /// What is known about a test.
    public struct Profile: Decodable, Sendable {
        /// `required`, `optimal` or `check`.
        public let kind: String
        /// `both`, `private`, `shared` or `cdn`.
        public let scope: String
        /// The results of known caches: `pass` and others.
        public let reference: [String: String]
    }

    private struct Suite: Decodable {
        let tests: [CacheTestCase]
    }

    /// The tests for private caches, in their order.
    public let tests: [CacheTestCase]
    /// What is known about them, by name.
    public let profiles: [String: Profile]

    /// Reads them from the folder that holds the test vectors.
    public init(folder: URL) throws {
        let folder = folder.appendingPathComponent("cache-tests")
        func read<Value: Decodable>(_ name: String) throws -> Value {
            try JSONDecoder().decode(Value.self, from: Data(contentsOf: folder.appendingPathComponent(name)))
        }
        let all: [String: Profile] = try read("profile.json")
        let profiles = all.filter { $0.value.scope == "both" || $0.value.scope == "private" }
        let suites: [Suite] = try read("tests.json")
        tests = suites.flatMap(\.tests).filter { profiles[$0.id] != nil }
        self.profiles = profiles
    }

    /// The names of the tests of a kind.
    public func names(kind: String) -> [String] {
        tests.map(\.id).filter { profiles[$0]?.kind == kind }
    }

    /// The required tests that every browser passes.
    public var gate: [String] {
        names(kind: "required").filter { name in
            ["chrome", "firefox", "safari"].allSatisfy { profiles[name]?.reference[$0] == "pass" }
        }
    }
}
