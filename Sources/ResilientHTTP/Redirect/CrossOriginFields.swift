/// Which header fields of a request are sent to another origin than the one it was made for.
///
/// An allow list: a credential can have any name, so what is not known to be harmless stays behind.
struct CrossOriginFields: Sendable {
    private static let names: Set<String> = [
        "accept", "cache-control", "pragma", "prefer", "priority", "range", "user-agent",
    ]

    /// Names beside the standard ones, in lower case.
    private let others: Set<String>

    init(_ configuration: RedirectConfiguration?) {
        others = Set((configuration?.crossOriginHeaders ?? []).map { Grammar.lowercased($0) })
    }

    private func contains(_ name: HeaderFields.Name, hasBody: Bool) -> Bool {
        let text = name.canonicalName
        if Self.names.contains(text) || text.hasPrefix("accept-") || text.hasPrefix("if-") { return true }
        return hasBody && text.hasPrefix("content-") || others.contains(text)
    }

    /// Takes away what stays behind. Fields that describe the body go where the body goes.
    func removeOthers(from headers: inout HeaderFields, hasBody: Bool, keeping more: [HeaderFields.Name] = []) {
        headers.removeAll { !contains($0.name, hasBody: hasBody) && !more.contains($0.name) }
    }
}
