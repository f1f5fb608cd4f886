import Foundation

/// A file to which the writer says what it is doing, so that it is known after its end.
struct Report {
    private let descriptor: CInt

    init?(_ path: String) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        if descriptor < 0 { return nil }
    }

    /// One line, in one piece.
    func say(_ line: String) {
        let bytes = Array("\(line)\n".utf8)
        _ = write(descriptor, bytes, bytes.count)
    }
}
