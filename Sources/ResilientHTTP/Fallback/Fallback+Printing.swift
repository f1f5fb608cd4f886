extension Fallback: CustomReflectable {
    /// What is printed and dumped: the name, never the credentials of another endpoint.
    public var customMirror: Mirror {
        Mirror(self, children: ["name": Shown.text(name)], displayStyle: .struct)
    }
}

extension Fallback.Failure: CustomReflectable {
    /// What is printed and dumped: everything, without secrets.
    public var customMirror: Mirror {
        Mirror(
            self,
            children: ["request": request, "response": response as Any, "error": error.map(Shown.error) as Any],
            displayStyle: .struct
        )
    }
}
