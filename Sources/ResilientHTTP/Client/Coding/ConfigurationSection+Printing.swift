extension ConfigurationSection {
    /// What is printed and dumped: every setting under its key, without secrets.
    public var customMirror: Mirror {
        Mirror(
            self,
            children: Self.fields.map { ($0.key, Shown.value($0.value(self), under: $0.key)) },
            displayStyle: .struct
        )
    }
}
