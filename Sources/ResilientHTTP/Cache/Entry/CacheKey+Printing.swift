import Foundation

extension CacheKey: CustomReflectable {
    /// What is printed and dumped: everything but the body's content, without secrets.
    public var customMirror: Mirror {
        Mirror(
            self,
            children: [
                "scope": scope, "method": method, "url": Shown.text(url),
                "body": body.map { "\($0.count) bytes" } as Any,
            ],
            displayStyle: .struct
        )
    }
}

extension CacheEntry: CustomReflectable {
    /// What is dumped: key, status and header fields without secrets, never the body.
    public var customMirror: Mirror {
        Mirror(self, children: ["key": key, "status": status, "headers": headers], displayStyle: .class)
    }
}

extension CacheEntry.Selector: CustomReflectable {
    /// What is printed and dumped: the name, and the value unless it is a secret.
    public var customMirror: Mirror {
        Mirror(
            self,
            children: ["name": name.rawName, "value": value.map { Shown.value($0, under: name.rawName) } as Any],
            displayStyle: .struct
        )
    }
}

extension CredentialScope.Key: CustomReflectable {
    /// What is printed and dumped: nothing.
    public var customMirror: Mirror {
        Mirror(self, children: [], displayStyle: .struct)
    }
}
