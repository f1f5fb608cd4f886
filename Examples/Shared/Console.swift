import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Standard output or standard error, and whether a person looks at it.
package struct Console: Sendable {
    package enum Stream: Sendable {
        case output
        case error
    }

    package let stream: Stream
    /// Whether lines can be overwritten.
    package let isTerminal: Bool
    /// Whether to use colours: never where `NO_COLOR` (no-color.org) is set.
    package let hasColours: Bool

    package init(_ stream: Stream) {
        self.stream = stream
        isTerminal = isatty(stream == .output ? STDOUT_FILENO : STDERR_FILENO) == 1
        let environment = ProcessInfo.processInfo.environment
        hasColours = isTerminal && environment["NO_COLOR"] == nil && environment["TERM"] != "dumb"
    }

    /// A stream that is no terminal, whatever it is.
    package init(plain stream: Stream) {
        self.stream = stream
        isTerminal = false
        hasColours = false
    }

    package func write(_ text: String) {
        let handle: FileHandle = stream == .output ? .standardOutput : .standardError
        // Whoever closed the pipe does not want the rest.
        try? handle.write(contentsOf: Data(text.utf8))
    }

    package func styled(_ text: String, _ style: Style) -> String {
        hasColours ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }

    package enum Style: Int {
        case bold = 1
        case dim = 2
        case red = 31
        case green = 32
    }
}
