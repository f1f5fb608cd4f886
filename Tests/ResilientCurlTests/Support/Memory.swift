#if os(Linux)
import Foundation

/// What this process has of the machine's memory: in a process of its own, or it is also what other tests have.
enum Memory {
    /// The bytes that are resident; 0 where the system does not tell.
    static var resident: Int {
        let columns = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
        guard let columns, columns.count > 1, let pages = Int(columns[1]) else { return 0 }
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }
}
#endif
