import Foundation
import ResilientHTTP
import ResilientHTTPTesting

/// What a mock transport is told to answer: the entries of `mock` and of the op `retry`'s `outcomes`.
enum ScriptedAnswer {
    static let keys = ["status", "headers", "body", "body_b64", "after_s", "error", "reached_server", "hang"]

    /// The errors that a wire can have, and whether the request reached the server unless the entry says so.
    private static let errors: [ResilientError.Code: ResilientError.ReachedServer] = [
        .connectFailed: .no, .nameResolutionFailed: .no, .tlsFailed: .no, .connectionLost: .maybe,
        .protocolError: .yes, .responseTooLarge: .yes, .attemptTimeout: .maybe, .deadlineExceeded: .maybe,
        .unsupported: .no,
    ]

    static func list(_ entries: [JSON], at path: String) throws -> [MockAnswer] {
        try entries.enumerated().map { try answer($1, at: "\(path).\($0)") }
    }

    private static func answer(_ json: JSON, at path: String) throws -> MockAnswer {
        let fields = try Fields(json, at: path, known: keys)
        let answer = try answer(fields)
        return try fields.seconds("after_s").map(answer.after) ?? answer
    }

    private static func answer(_ fields: Fields) throws -> MockAnswer {
        let response = ["status", "headers", "body", "body_b64"].filter { fields[$0] != nil }
        if try fields.bool("hang") == true {
            guard response.isEmpty, fields["error"] == nil else { throw mixed("hang", fields) }
            return .hang
        }
        if let name = try fields.string("error") {
            guard fields["status"] == nil else { throw mixed("error", fields) }
            return .error(try error(name, fields))
        }
        guard fields["reached_server"] == nil else {
            throw ResilientError.line("\(fields.name(of: "reached_server")) belongs to an error")
        }
        let status = try fields.integer("status", in: 100...999) ?? 200
        return .response(
            ClientResponse(
                status: ClientResponse.Status(Int(status)),
                headers: try fields.headers("headers"),
                body: .bytes(try MessageBody.data(fields)?.data ?? Data())
            )
        )
    }

    private static func mixed(_ key: String, _ fields: Fields) -> ResilientError {
        .line("\(fields.name(of: key)) is no answer: nothing else may stand beside it")
    }

    private static func error(_ name: String, _ fields: Fields) throws -> ResilientError {
        let code = ResilientError.Code(rawValue: name)
        guard let usual = errors[code] else {
            let known = errors.keys.map(\.rawValue).sorted().joined(separator: ", ")
            throw ResilientError.line("\(fields.name(of: "error")): '\(name)' is not one of \(known)")
        }
        var reached = usual
        if let told = try fields.string("reached_server") {
            guard let value = ResilientError.ReachedServer(rawValue: told) else {
                throw ResilientError.line("\(fields.name(of: "reached_server")) is not no, maybe or yes")
            }
            reached = value
        }
        return ResilientError(code, "as the script says: \(name)", reachedServer: reached)
    }
}
