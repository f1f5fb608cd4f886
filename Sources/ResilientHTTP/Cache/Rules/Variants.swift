/// Which of several answers of one URL fits a request (RFC 9111 §4.1).
enum Variants {
    /// The fields of a request that an answer depends on, with their values; nil when no other request can ever be
    /// known to fit: `*`, or what is not the name of a field.
    ///
    /// Fields that are part of the credential scope are left out: requests of one scope have them in common, and
    /// secrets are not to be written into a store.
    static func selectors(of headers: HeaderFields, for request: ClientRequest) -> [CacheEntry.Selector]? {
        var selectors: [CacheEntry.Selector] = []
        for member in FieldList.members(.vary, of: headers) {
            guard member != "*", let name = HeaderFields.Name(member) else { return nil }
            if SensitiveNames.contains(name.canonicalName) || selectors.contains(where: { $0.name == name }) {
                continue
            }
            selectors.append(selector(name, of: request))
        }
        // In an order of their own, so that an answer replaces the one before it however the server orders them.
        return selectors.count < 2 ? selectors : selectors.sorted { $0.name.canonicalName < $1.name.canonicalName }
    }

    /// A field of a request.
    static func selector(_ name: HeaderFields.Name, of request: ClientRequest) -> CacheEntry.Selector {
        CacheEntry.Selector(name: name, value: normalized(name, request.headers))
    }

    /// The newest answer that fits. Once a server has said that its answers vary, those without `Vary` fit no request:
    /// they are the ones where it was forgotten (§4.1).
    static func choose(_ entries: [CacheEntry], for request: ClientRequest) -> CacheEntry? {
        // Nearly always there is one, and it does not vary.
        if entries.count == 1, entries[0].selectors.isEmpty { return entries[0] }
        let varies = entries.contains { $0.selectors.contains { $0.name != .range } }
        return entries.first { entry in
            if varies, !entry.selectors.contains(where: { $0.name != .range }) { return false }
            return fits(entry, request)
        }
    }

    /// Whether a request's fields are those that an answer was chosen by.
    static func fits(_ entry: CacheEntry, _ request: ClientRequest) -> Bool {
        entry.selectors.allSatisfy { $0.value == normalized($0.name, request.headers) }
    }

    /// A field's value without what makes no difference: white space around commas, how it is spread over lines, and
    /// case where its tokens have none.
    private static func normalized(_ name: HeaderFields.Name, _ headers: HeaderFields) -> String? {
        guard headers.contains(name) else { return nil }
        let value = FieldList.members(name, of: headers).joined(separator: ",")
        switch name.canonicalName {
        case "accept-language", "accept-encoding", "accept-charset": return Grammar.lowercased(value)
        default: return value
        }
    }
}
