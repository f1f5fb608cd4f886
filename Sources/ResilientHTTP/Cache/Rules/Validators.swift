/// What an answer is recognised by (RFC 9110 §8.8), and conditions on it (§13).
enum Validators {
    /// Whether an answer can be validated.
    static func exist(in headers: HeaderFields) -> Bool {
        headers.contains(.eTag) || headers.contains(.lastModified)
    }

    /// Adds to a request the conditions by which the server can confirm a kept answer (RFC 9111 §4.3.1).
    static func addConditions(to request: inout ClientRequest, for kept: HeaderFields) {
        if let tag = kept[.eTag] { request.headers[.ifNoneMatch] = tag }
        if let modified = kept[.lastModified] { request.headers[.ifModifiedSince] = modified }
    }

    /// Whether the caller has what is kept already: 304 is the answer to its own condition (RFC 9111 §4.3.2).
    ///
    /// - Parameter now: the time in Unix seconds, for dates with two-digit years.
    static func satisfy(_ request: ClientRequest, _ kept: HeaderFields, now: Int64) -> Bool {
        if request.headers.contains(.ifNoneMatch) {
            let tag = kept[.eTag].map { opaque(Substring($0)) }
            return FieldList.members(.ifNoneMatch, of: request.headers).contains { $0 == "*" || opaque($0) == tag }
        }
        guard let since = AnswerAge.moment(.ifModifiedSince, of: request.headers, received: now) else { return false }
        let name: HeaderFields.Name = kept.contains(.lastModified) ? .lastModified : .date
        return AnswerAge.moment(name, of: kept, received: now).map { $0 <= since } ?? false
    }

    /// Whether a 304 speaks of the kept answer (RFC 9111 §4.3.4): by its entity tag, else by its last change. Without
    /// either it speaks of what it was asked about.
    static func confirm(_ headers: HeaderFields, _ kept: HeaderFields) -> Bool {
        if let tag = headers[.eTag] {
            guard let own = kept[.eTag] else { return false }
            return isWeak(tag) ? opaque(Substring(tag)) == opaque(Substring(own)) : tag == own
        }
        guard let modified = headers[.lastModified] else { return true }
        return kept[.lastModified].map { $0 == modified } ?? true
    }

    /// Whether the answer to a `HEAD` agrees with the kept one to a `GET` in everything that both say about it; nil when
    /// it says nothing to compare (RFC 9111 §4.3.5).
    static func agree(_ head: HeaderFields, _ kept: HeaderFields) -> Bool? {
        let compared: [HeaderFields.Name] = [.eTag, .lastModified, .contentLength]
        let said = compared.filter { head.contains($0) }
        return said.isEmpty ? nil : said.allSatisfy { head[$0] == kept[$0] }
    }

    private static func isWeak(_ tag: String) -> Bool { tag.hasPrefix("W/") }

    /// The tag without its mark of weakness: all that counts where weak tags do (RFC 9110 §8.8.3.2).
    private static func opaque(_ tag: Substring) -> Substring {
        tag.hasPrefix("W/") ? tag.dropFirst(2) : tag
    }
}
