import Foundation

/// What this process has used, all threads together.
enum ProcessUsage {
    /// The seconds of processor time so far, in the program and in the kernel for it.
    static var processorSeconds: Double {
        var usage = rusage()
        #if os(Linux)
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        #else
        getrusage(RUSAGE_SELF, &usage)
        #endif
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }

    /// The bytes in memory now, and the most there ever were; nil where that is not told.
    static var resident: (now: Double, peak: Double)? {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return nil }
        func bytes(_ name: String) -> Double? {
            let line = status.split(separator: "\n").first { $0.hasPrefix(name) }
            return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) }.map {
                $0 * 1024
            }
        }
        guard let now = bytes("VmRSS:"), let peak = bytes("VmHWM:") else { return nil }
        return (now, peak)
    }

    /// Lets this process, and those that it starts, have as many descriptors as they may.
    static func raiseDescriptorLimit() {
        var limit = rlimit()
        #if os(Linux)
        let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
        let files = RLIMIT_NOFILE
        #endif
        guard getrlimit(files, &limit) == 0 else { return }
        limit.rlim_cur = min(limit.rlim_max, 65_536)
        _ = setrlimit(files, &limit)
    }

    private static func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1e6
    }
}
