import Foundation
import Synchronization

/// An open file that one thread at a time writes to, until it is closed.
final class FileSink: Sendable {
    /// Nil once closed.
    private let handle: Mutex<FileHandle?>
    private let translate: @Sendable (any Error) -> any Error

    /// - Parameter translate: makes what is thrown of the file's errors.
    init(_ handle: FileHandle, translate: @escaping @Sendable (any Error) -> any Error) {
        self.handle = Mutex(handle)
        self.translate = translate
    }

    /// Gives `body` what appends to the file, and nobody else writes meanwhile. Without effect once closed.
    func write(_ body: ((Data) throws -> Void) throws -> Void) throws {
        try handle.withLock { handle in
            try body { chunk in
                guard let handle else { return }
                do { try handle.write(contentsOf: chunk) } catch { throw translate(error) }
            }
        }
    }

    /// Closes the file; nothing is written from here on. To be emptied first for one that is to hold nothing.
    func close(emptying: Bool = false) throws {
        try handle.withLock { handle in
            guard let open = handle else { return }
            handle = nil
            do {
                if emptying { try open.truncate(atOffset: 0) }
                try open.close()
            } catch {
                throw translate(error)
            }
        }
    }
}
