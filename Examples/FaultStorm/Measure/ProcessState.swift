import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What this process holds of the system. Zeros where there is no /proc.
struct ProcessState: Codable, Sendable, Equatable {
    /// Open descriptors.
    var descriptors = 0
    /// Resident memory in bytes, after giving back what malloc keeps.
    var residentBytes = 0
    /// What malloc has handed out, in bytes.
    var heapBytes = 0

    /// Bare URLSession's timers are not taken back when a call ends.
    private static let pause = StormLimits.timeout + .milliseconds(500)

    static func now() -> ProcessState {
        var state = ProcessState()
        #if canImport(Glibc)
        Malloc.trim()
        state.heapBytes = Malloc.bytesInUse
        #endif
        // The listing itself has a descriptor too.
        state.descriptors = max(
            0,
            ((try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 1) - 1
        )
        let statistics = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        let pages = statistics.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        state.residentBytes = pages * Int(sysconf(Int32(_SC_PAGESIZE)))
        return state
    }

    /// After a pause in which cancelled requests leave URLSession and the last timers fire; longer, up to 5 s, while
    /// there are more descriptors than these.
    static func settled(descriptors limit: Int? = nil) async -> ProcessState {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(5)
        repeat {
            try? await Task.sleep(for: pause)
        } while limit.map { now().descriptors > $0 } ?? false
            && clock.now < deadline
        return now()
    }
}
