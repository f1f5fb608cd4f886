extension FaultServer {
    /// One header line of a request, as it came.
    public struct HeaderField: Hashable, Sendable {
        /// The name in the sender's spelling.
        public var name: String
        /// The value without the white space around it; bytes that are not UTF-8 are read as Latin-1.
        public var value: String

        /// Makes a field.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }
}

extension [FaultServer.HeaderField] {
    /// The values of every line with that name (in any case), in order.
    public func values(of name: String) -> [String] {
        let wanted = name.lowercased()
        return filter { $0.name.lowercased() == wanted }.map(\.value)
    }

    /// Whether a comma-separated field holds a token, in any case.
    func hasToken(_ token: String, in name: String) -> Bool {
        values(of: name).contains { value in
            value.lowercased().split(separator: ",").contains { $0.trimmed == token }
        }
    }
}

extension Substring {
    /// Without the spaces and tabs around it.
    var trimmed: Substring {
        var rest = self
        while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        return rest
    }
}
