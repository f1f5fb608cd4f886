#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What `poll(2)` is asked for and what it answers, without its C types.
struct Readiness: OptionSet {
    let rawValue: Int16

    static let readable = Readiness(rawValue: Int16(POLLIN))
    static let writable = Readiness(rawValue: Int16(POLLOUT))
    /// An error or a hang-up; reported without being asked for.
    static let broken = Readiness(rawValue: Int16(POLLERR) | Int16(POLLHUP) | Int16(POLLNVAL))
}

/// The descriptors of one `poll(2)` call.
struct PollSet {
    private var entries: [pollfd] = []

    mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
    }

    mutating func append(_ descriptor: Int32, _ interest: Readiness) {
        entries.append(pollfd(fd: descriptor, events: interest.rawValue, revents: 0))
    }

    /// Waits until a descriptor is ready or the monotonic time `deadline` (nanoseconds) has come.
    mutating func wait(until deadline: UInt64?) {
        var timeout: Int32 = -1
        if let deadline {
            let now = monotonicNanoseconds()
            // Rounded up: a wait that ends early would spin until the deadline.
            timeout = deadline <= now ? 0 : Int32(clamping: (deadline - now + 999_999) / 1_000_000)
        }
        // After EINTR every `revents` is still 0, and the loop comes here again.
        _ = poll(&entries, nfds_t(entries.count), timeout)
    }

    subscript(index: Int) -> Readiness {
        Readiness(rawValue: entries[index].revents)
    }
}

/// Nanoseconds of the system's monotonic clock.
func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    _ = clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

extension Duration {
    /// The whole duration in nanoseconds; negative ones count as zero and very long ones as 100 years.
    var clampedNanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        return UInt64(min(seconds, 3_153_600_000)) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    }
}
