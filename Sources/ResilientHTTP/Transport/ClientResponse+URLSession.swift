import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

extension ClientResponse {
    /// An answer as URLSession gives it.
    ///
    /// Field names are spelled as Foundation gives them (on Linux `Content-Type` whatever the server wrote, but for
    /// X-…), repeated fields are joined by Foundation with commas, `Set-Cookie` included, and the fields are sorted by name, because
    /// Foundation keeps them in a dictionary. A name that is no token is left out.
    ///
    /// URLSession decodes gzip, deflate, br and zstd, even when nobody asked for them, so `Content-Encoding` and
    /// `Content-Length` of such a body describe bytes that nobody sees: both are removed, as OkHttp and reqwest do. An
    /// answer without a body (HEAD, 204, 304) keeps them.
    init(_ head: HTTPURLResponse, body: ResponseBody, method: ClientRequest.Method) {
        var fields: [HeaderFields.Field] = []
        fields.reserveCapacity(head.allHeaderFields.count)
        for (name, value) in head.allHeaderFields {
            guard let name = (name as? String).flatMap({ HeaderFields.Name($0) }), let value = value as? String else {
                continue
            }
            fields.append(HeaderFields.Field(name: name, value: value))
        }
        fields.sort { $0.name.canonicalName < $1.name.canonicalName }
        var headers = HeaderFields(fields)
        let hasBody = method != .head && head.statusCode != 204 && head.statusCode != 304
        var isPacked = false
        if hasBody, let encoding = headers[.contentEncoding], Grammar.lowercased(encoding) != "identity" {
            isPacked = true
            headers[.contentEncoding] = nil
            headers[.contentLength] = nil
        }
        self.init(status: Status(head.statusCode), headers: headers, body: body)
        if isPacked { isUnpacked = true }
    }
}
