/// Reads a command line option by option. Values follow their option or an equals sign.
package struct ArgumentReader {
    private var rest: ArraySlice<String>
    private var inline: String?
    private var argument = ""
    /// The option that was read last.
    package private(set) var name = ""

    /// - Parameter arguments: the command line without the program's name.
    package init(_ arguments: [String]) {
        rest = arguments[...]
    }

    /// Goes on to the next option; false at the end.
    package mutating func next() -> Bool {
        guard let argument = rest.popFirst() else { return false }
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        self.argument = argument
        name = parts[0]
        inline = parts.count > 1 ? parts[1] : nil
        return true
    }

    /// The option's value.
    package mutating func value() throws(UsageError) -> String {
        guard let value = inline ?? rest.popFirst(), !value.isEmpty else { throw UsageError("\(name) needs a value") }
        return value
    }

    /// The option's value as a whole number.
    package mutating func number<Number: FixedWidthInteger>(in range: ClosedRange<Number>) throws(UsageError) -> Number
    {
        let text = try value()
        guard let number = Number(text), range.contains(number) else {
            let bounds = range.upperBound == .max ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
            throw UsageError("\(name) needs a whole number from \(bounds), not \(text)")
        }
        return number
    }

    /// True, for an option that is only there or not.
    package func flag() throws(UsageError) -> Bool {
        guard inline == nil else { throw UsageError("\(name) takes no value") }
        return true
    }

    /// The error for an option that is not known.
    package var unknown: UsageError { UsageError("unknown argument \(argument)") }
}
