/// Which fields of an answer are kept, and which of them a later message replaces (RFC 9111 §3.1, §3.2).
enum StoredFields {
    /// They belong to a connection or a proxy, not to the answer; `Age` is computed whenever the answer is served.
    private static let excepted: Set<String> = [
        "age", "connection", "keep-alive", "proxy-authenticate", "proxy-authentication-info", "proxy-authorization",
        "proxy-connection", "te", "transfer-encoding", "upgrade",
    ]
    /// They describe the body as it is kept, decoded by the transport.
    private static let bound: Set<String> = ["content-encoding", "content-length", "content-range"]

    /// What is kept.
    static func stored(_ headers: HeaderFields) -> HeaderFields {
        var stored = headers
        let nominated = nominated(headers)
        stored.removeAll { excepted.contains($0.name.canonicalName) || nominated.contains($0.name.canonicalName) }
        return stored
    }

    /// What is kept, with the fields of a message that confirms it in the place of those of the same name.
    static func updated(_ kept: HeaderFields, by headers: HeaderFields) -> HeaderFields {
        var newer = stored(headers)
        newer.removeAll { bound.contains($0.name.canonicalName) }
        var updated = kept
        updated.merge(newer)
        return updated
    }

    /// Of an answer with 304: all but what describes a body that is not sent (RFC 9110 §15.4.5).
    static func notModified(_ kept: HeaderFields) -> HeaderFields {
        var headers = kept
        headers.removeAll { bound.contains($0.name.canonicalName) || $0.name == .contentType }
        return headers
    }

    /// The fields that `Connection` makes hop-by-hop.
    private static func nominated(_ headers: HeaderFields) -> Set<String> {
        guard headers.contains(.connection) else { return [] }
        return Set(FieldList.members(.connection, of: headers).map { Grammar.lowercased(String($0)) })
    }
}
