extension ResilientClient: CustomReflectable {
    /// What is dumped: the configuration without secrets, and nothing of the state.
    public var customMirror: Mirror {
        Mirror(self, children: ["configuration": configuration], displayStyle: .class)
    }
}

extension Dependencies: CustomReflectable {
    /// What is printed and dumped: the kind of each part that is there, and nothing that it holds.
    public var customMirror: Mirror {
        let parts: [(String, Any?)] = [
            ("transport", transport), ("cacheStore", cacheStore), ("retryPolicy", retryPolicy),
            ("rateLimitStore", rateLimitStore), ("circuitBreakerStore", circuitBreakerStore),
        ]
        let kinds: [(String, Any)] = parts.compactMap { name, part in part.map { (name, "\(type(of: $0))") } }
        return Mirror(
            self,
            children: kinds + [
                ("ownsTransport", ownsTransport), ("stages", stages.map(\.stage.name)), ("fallbacks", fallbacks),
            ],
            displayStyle: .struct
        )
    }
}

extension RequestContext: CustomReflectable {
    /// What is printed and dumped: the call's id, and nothing of its options.
    public var customMirror: Mirror {
        Mirror(self, children: ["requestID": requestID, "attempt": attempt], displayStyle: .struct)
    }
}
