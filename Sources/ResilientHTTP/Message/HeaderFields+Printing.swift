extension HeaderFields: CustomStringConvertible, CustomReflectable {
    /// One line a field; the values of sensitive fields are redacted, control characters escaped.
    public var description: String {
        map(\.description).joined(separator: "\n")
    }

    /// What is dumped: the fields as ``description`` has them.
    public var customMirror: Mirror {
        Mirror(self, unlabeledChildren: map(\.description), displayStyle: .collection)
    }
}

extension HeaderFields.Field: CustomStringConvertible, CustomReflectable {
    /// Name and value on one line; the value of a sensitive field is redacted, control characters escaped.
    public var description: String {
        "\(name): \(shownValue)"
    }

    /// What is dumped: the name, and the value as ``description`` has it.
    public var customMirror: Mirror {
        Mirror(self, children: ["name": name.rawName, "value": shownValue], displayStyle: .struct)
    }

    private var shownValue: String {
        SensitiveNames.contains(name.canonicalName)
            ? Redactor.mark : Redactor.standard.redact(Grammar.onOneLine(value))
    }
}
