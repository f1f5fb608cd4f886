import Foundation
import Testing

/// Test vectors that nobody on this project wrote, read in place and never copied into it.
///
/// ```swift
/// @Test(.oracles)
/// func everyRow() throws {
///     let rows = try Oracles.rows("retry-after/http_dates.json")
/// }
/// ```
enum Oracles {
    /// `RESILIENT_ORACLES`, else `../shared/oracles` from the package root; nil if the folder is not there.
    static var folder: URL? {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: expectedFolder.path, isDirectory: &isFolder)
        return exists && isFolder.boolValue ? expectedFolder : nil
    }

    /// A JSON file of the folder, by its path inside it.
    static func json(_ path: String) throws -> Any {
        guard let folder else { throw Missing(path: expectedFolder.appendingPathComponent(path).path) }
        return try JSONSerialization.jsonObject(with: Data(contentsOf: folder.appendingPathComponent(path)))
    }

    /// The rows of a file that is an array of objects, or of the array under `key`.
    static func rows(_ path: String, key: String? = nil) throws -> [[String: Any]] {
        let json = try json(path)
        let rows = key.map { (json as? [String: Any])?[$0] as Any } ?? json
        return try #require(rows as? [[String: Any]], "\(path) is not an array of objects")
    }

    struct Missing: Error {
        let path: String
    }

    fileprivate static let expectedFolder: URL = {
        if let path = ProcessInfo.processInfo.environment["RESILIENT_ORACLES"], !path.isEmpty {
            return URL(fileURLWithPath: path, isDirectory: true)
        }
        // This file is Tests/ResilientHTTPTests/Support/Oracles.swift.
        let root = (0..<4).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        return root.appendingPathComponent("../shared/oracles", isDirectory: true).standardizedFileURL
    }()
}

extension Trait where Self == ConditionTrait {
    /// Skips the test, naming the folder, when the oracles are not there.
    static var oracles: Self {
        .enabled(
            if: Oracles.folder != nil,
            "No test vectors in \(Oracles.expectedFolder.path): set RESILIENT_ORACLES to their folder."
        )
    }
}
