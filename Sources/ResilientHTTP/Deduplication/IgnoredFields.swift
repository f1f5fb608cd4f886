/// The header fields that may differ between requests that share.
struct IgnoredFields: Sendable {
    private let names: Set<String>
    /// A bit for each length of a name, modulo 64: it tells most fields apart without hashing their names.
    private let lengths: UInt64

    init(_ names: Set<String>) {
        self.names = Set(names.map { Grammar.lowercased($0) })
        lengths = self.names.reduce(0) { $0 | Self.bit($1) }
    }

    private static func bit(_ name: String) -> UInt64 {
        1 << UInt64(name.utf8.count & 63)
    }

    private func contains(_ name: HeaderFields.Name) -> Bool {
        lengths & Self.bit(name.canonicalName) != 0 && names.contains(name.canonicalName)
    }

    /// The fields without those; the very same ones when none is among them.
    func removed(from headers: HeaderFields) -> HeaderFields {
        guard headers.contains(where: { contains($0.name) }) else { return headers }
        var headers = headers
        headers.removeAll { contains($0.name) }
        return headers
    }
}
