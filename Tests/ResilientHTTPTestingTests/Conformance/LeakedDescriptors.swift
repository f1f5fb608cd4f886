import Foundation
import Synchronization

/// Descriptors that a defective transport forgets; held here so that the test can close them.
enum LeakedDescriptors {
    private static let handles = Mutex<[FileHandle]>([])

    static func leak() {
        guard let handle = FileHandle(forReadingAtPath: "/dev/null") else { return }
        handles.withLock { $0.append(handle) }
    }

    static func close() {
        handles.withLock { handles in
            for handle in handles { try? handle.close() }
            handles = []
        }
    }
}
