import Foundation
import ResilientHTTP

extension Trial {
    func expect(_ condition: Bool, _ expected: @autoclosure () -> String, seen: @autoclosure () -> String) throws {
        if !condition { throw Mismatch(expected: expected(), seen: seen()) }
    }

    func expectEqual<Value: Equatable>(_ seen: Value, _ expected: Value, _ what: String) throws {
        try expect(seen == expected, "\(what): \(Self.brief(expected))", seen: Self.brief(seen))
    }

    /// Bytes are compared without printing them.
    func expectBytes(_ seen: Data, _ expected: Data, _ what: String) throws {
        guard seen != expected else { return }
        let place = zip(seen, expected).enumerated().first { $0.element.0 != $0.element.1 }?.offset
        throw Mismatch(
            expected: "\(what) of \(expected.count) bytes",
            seen: "\(seen.count) bytes, different from byte \(place ?? min(seen.count, expected.count)) on"
        )
    }

    /// An error of ours, with one of these codes and one of these fates.
    @discardableResult
    func expectError(
        _ outcome: Result<ClientResponse, any Error>?,
        _ codes: [ResilientError.Code],
        reached: [ResilientError.ReachedServer?] = [.no, .maybe, .yes, nil]
    ) throws -> ResilientError {
        let names = codes.map(\.rawValue).joined(separator: " or ")
        var expected = codes.isEmpty ? "a ResilientError" : names
        if reached.count < 4 {
            expected += " that says \(reached.compactMap { $0?.rawValue }.joined(separator: " or "))"
        }
        guard case .failure(let error) = outcome, let error = error as? ResilientError,
            codes.isEmpty || codes.contains(error.code), reached.contains(error.reachedServer)
        else { throw Mismatch(expected: expected, seen: Mismatch.text(outcome)) }
        return error
    }

    func expectCancellation(_ outcome: Result<ClientResponse, any Error>?) throws {
        guard case .failure(is CancellationError) = outcome else {
            throw Mismatch(expected: "CancellationError", seen: Mismatch.text(outcome))
        }
    }

    /// An answer of a status.
    @discardableResult
    func expectAnswer(_ outcome: Result<ClientResponse, any Error>?, _ status: Int = 200) throws -> ClientResponse {
        guard case .success(let response) = outcome, response.status.code == status else {
            throw Mismatch(expected: "an answer \(status)", seen: Mismatch.text(outcome))
        }
        return response
    }

    private static func brief(_ value: some Any) -> String {
        let text = "\(value)"
        return text.count <= 200 ? text : "\(text.prefix(200))… (\(text.count) characters)"
    }
}
