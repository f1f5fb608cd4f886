import Foundation
import ResilientHTTP

/// The body on a line: `body` as text or `body_b64` as bytes, not both.
struct MessageBody {
    let data: Data
    let isText: Bool

    static func data(_ fields: Fields) throws(ResilientError) -> MessageBody? {
        let text = try fields.string("body")
        let bytes = try fields.base64("body_b64")
        switch (text, bytes) {
        case (nil, nil): return nil
        case (let text?, nil): return MessageBody(data: Data(text.utf8), isText: true)
        case (nil, let bytes?): return MessageBody(data: bytes, isText: false)
        default: throw .line("\(fields.name(of: "body")) and \(fields.name(of: "body_b64")) are both given")
        }
    }

    /// As the library sends it: text as `text/plain; charset=utf-8`, bytes as `application/octet-stream`, unless the
    /// request says otherwise.
    var requestBody: RequestBody {
        isText ? .text(String(decoding: data, as: UTF8.self)) : .bytes(data)
    }
}
