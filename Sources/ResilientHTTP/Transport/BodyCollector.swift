import Foundation

/// Reads a streamed request body into memory, because URLSession on Linux cannot send one safely: its body streams
/// block every session of the process while they wait, and may end early (rule 12).
struct BodyCollector: Sendable {
    /// The most bytes of a streamed body: 64 MiB.
    static let limit = 64 << 20

    private let length: Int?
    private let make: @Sendable () async throws -> RequestBody.Chunks

    /// Nil for a body that is not streamed.
    init?(_ body: RequestBody) {
        guard case .stream(let length, _, let make) = body.storage else { return nil }
        self.length = length
        self.make = make
    }

    /// The bytes. A stream may be deaf, so the caller goes on at cancellation, shutdown and the deadline whatever it
    /// does; what it brings later is thrown away.
    func collect(context: RequestContext) async throws -> Data {
        if let length, length > Self.limit { throw tooLarge }
        return try await context.race(reachedServer: .no) { try await read() }
    }

    private func read() async throws -> Data {
        var data = Data()
        for try await chunk in try await make() {
            guard chunk.count <= Self.limit - data.count else { throw tooLarge }
            data.append(chunk)
        }
        if let length, length != data.count {
            throw ResilientError(
                .invalidRequest,
                "the body's stream gave \(data.count) bytes and had promised \(length)",
                reachedServer: .no
            )
        }
        return data
    }

    private var tooLarge: ResilientError {
        ResilientError(
            .unsupported,
            "URLSession sends a streamed body from memory, at most \(Self.limit) bytes; send a file, or use "
                + "CurlTransport",
            reachedServer: .no
        )
    }
}
