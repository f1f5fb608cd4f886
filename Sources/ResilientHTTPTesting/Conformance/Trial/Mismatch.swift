import ResilientHTTP

/// What a check expected and what it saw.
struct Mismatch: Error {
    let expected: String
    let seen: String

    static func text(_ error: any Error) -> String {
        guard let error = error as? ResilientError else { return "\(type(of: error)): \(error)" }
        return error.description
    }

    static func text(_ outcome: Result<ClientResponse, any Error>?) -> String {
        switch outcome {
        case nil: "nothing in time"
        case .success(let response): "an answer \(response.status) with \(response.data.count) bytes"
        case .failure(let error): text(error)
        }
    }
}
