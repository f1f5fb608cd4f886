/// Header fields that a stage has allowed for one origin, and what was allowed before.
final class PermittedFields: Sendable {
    private let allowed: [HeaderFields.Name]
    private let origin: Origin
    private let earlier: PermittedFields?

    init(names: [HeaderFields.Name], origin: Origin, earlier: PermittedFields?) {
        (allowed, self.origin, self.earlier) = (names, origin, earlier)
    }

    func names(for origin: Origin?) -> [HeaderFields.Name] {
        let others = earlier?.names(for: origin) ?? []
        return origin == self.origin ? others + allowed : others
    }
}
