import Foundation

/// The JSON document of `Behaviour.echo`.
struct EchoBody: Encodable {
    let method: String
    let target: String
    let headers: [[String]]
    let body: Data

    init(_ request: FaultServer.ReceivedRequest) {
        method = request.method
        target = request.target
        headers = request.headers.map { [$0.name, $0.value] }
        body = request.body
    }

    var json: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings and Data cannot fail to encode.
        return (try? encoder.encode(self)).map(Array.init) ?? []
    }
}
