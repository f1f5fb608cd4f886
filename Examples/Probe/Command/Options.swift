/// What the command line asks for.
struct Options: Equatable, Sendable {
    enum Task: Equatable, Sendable {
        case lines
        case help
        case configuration
        case options
    }

    var task = Task.lines
    /// Of the clients whose config names none.
    var transport = TransportKind.urlsession
    /// How long calls may go on after the end of the input.
    var grace: Duration = .seconds(60)

    init() {}

    /// Reads arguments, without the program's name. Values follow their option or an equals sign.
    ///
    /// - Throws: `UsageError`.
    init(_ arguments: [String]) throws(UsageError) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let (name, inline) = (parts[0], parts.count > 1 ? parts[1] : nil)
            switch name {
            case "--transport": transport = try Self.transport(Self.value(name, inline, &rest))
            case "--grace": grace = try Self.grace(Self.value(name, inline, &rest))
            case "--print-config" where inline == nil: task = .configuration
            case "--print-options" where inline == nil: task = .options
            case "--help" where inline == nil, "-h" where inline == nil: task = .help
            case "--print-config", "--print-options", "--help", "-h": throw UsageError("\(name) takes no value")
            default: throw UsageError("unknown argument \(argument)")
            }
        }
    }

    private static func value(
        _ name: String,
        _ inline: String?,
        _ rest: inout ArraySlice<String>
    ) throws(UsageError) -> String {
        guard let value = inline ?? rest.popFirst(), !value.isEmpty else { throw UsageError("\(name) needs a value") }
        return value
    }

    private static func transport(_ text: String) throws(UsageError) -> TransportKind {
        guard let kind = TransportKind(rawValue: text) else {
            throw UsageError("--transport needs urlsession, curl or mock, not \(text)")
        }
        return kind
    }

    private static func grace(_ text: String) throws(UsageError) -> Duration {
        guard let seconds = Double(text), (0...86_400).contains(seconds) else {
            throw UsageError("--grace needs seconds from 0 to 86400, not \(text)")
        }
        return .milliseconds(Int64((seconds * 1000).rounded()))
    }
}
