extension RequestBody: CustomReflectable {
    /// What is dumped: ``description``, never the content.
    public var customMirror: Mirror {
        Mirror(self, children: ["content": description], displayStyle: .struct)
    }
}

extension ResponseBody: CustomStringConvertible, CustomReflectable {
    /// The size, never the content.
    public var description: String {
        data.map { "\($0.count) bytes" } ?? "a stream"
    }

    /// What is dumped: ``description`` and the trailer fields.
    public var customMirror: Mirror {
        Mirror(self, children: ["content": description, "trailers": trailers], displayStyle: .struct)
    }
}
