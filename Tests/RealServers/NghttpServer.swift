import Foundation

/// An nghttpd of its own for a test: nothing but HTTP/2.
package struct NghttpServer: Sendable {
    /// Its folder, whose files it serves, and its port.
    package let place: ServerPlace

    /// Runs `body` with an nghttpd, and ends it in any case.
    ///
    /// - Parameters:
    ///   - arguments: options beside address, folder, key and certificate, such as `--trailer=name: value`.
    ///   - prepare: writes the files that it serves.
    package static func run(
        _ arguments: [String] = [],
        prepare: (ServerPlace) throws -> Void = { _ in },
        _ body: (NghttpServer) async throws -> Void
    ) async throws {
        let identity = try Certificates.made().server
        return try await ServerProgram.run("nghttpd", ports: 1) { place in
            try prepare(place)
            let options = ["--verbose", "--address=127.0.0.1", "--htdocs=\(place.folder.path)"] + arguments
            return options + ["\(place.port)", identity.key.path, identity.certificate.path]
        } _: { place in
            try await body(NghttpServer(place: place))
        }
    }

    /// The number of the connection of each request that has begun, in their order.
    package var requests: [Int] {
        frames.split(separator: "\n").compactMap { line in
            guard line.hasPrefix("[id="), line.contains("recv HEADERS frame") else { return nil }
            return Int(line.dropFirst(4).prefix { $0 != "]" })
        }
    }

    /// Every frame that it has sent and received, in words; what has happened last may be missing.
    package var frames: String { place.text(of: "output.log") }
}
