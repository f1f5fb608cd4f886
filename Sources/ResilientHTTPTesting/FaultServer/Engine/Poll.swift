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

/// The descriptors to wait for and a deadline for each.
///
/// Kept from turn to turn and scanned through raw buffers: a test's server is built without optimisation, where a
/// look at each of 400 idle connections through their objects would cost 0.4 ms a turn.
struct PollSet {
    private var entries: [pollfd] = []
    private var deadlines: [UInt64] = []

    /// - Parameter deadline: in nanoseconds of the monotonic clock; `.max` is none.
    mutating func append(_ descriptor: Int32, _ interest: Readiness, deadline: UInt64 = .max) {
        entries.append(pollfd(fd: descriptor, events: interest.rawValue, revents: 0))
        deadlines.append(deadline)
    }

    mutating func update(_ index: Int, _ interest: Readiness, deadline: UInt64 = .max) {
        entries[index].events = interest.rawValue
        deadlines[index] = deadline
    }

    /// Removes an entry; the last one takes its index.
    mutating func swapRemove(at index: Int) {
        entries.swapAt(index, entries.count - 1)
        deadlines.swapAt(index, deadlines.count - 1)
        entries.removeLast()
        deadlines.removeLast()
    }

    /// Waits until a descriptor is ready or the nearest deadline, or `limit`, has come.
    mutating func wait(until limit: UInt64) {
        let deadline = deadlines.withUnsafeBufferPointer { deadlines in
            var nearest = limit
            for deadline in deadlines where deadline < nearest { nearest = deadline }
            return nearest
        }
        var timeout: Int32 = -1
        if deadline != .max {
            let now = monotonicNanoseconds()
            // Rounded up: a wait that ends early would spin until the deadline.
            timeout = deadline <= now ? 0 : Int32(clamping: (deadline - now + 999_999) / 1_000_000)
        }
        // After an error such as EINTR the old answers would still be there.
        if poll(&entries, nfds_t(entries.count), timeout) < 0 {
            for index in entries.indices { entries[index].revents = 0 }
        }
    }

    /// The entries that are ready or due, in ascending order.
    func ready(now: UInt64) -> [Int] {
        entries.withUnsafeBufferPointer { entries in
            deadlines.withUnsafeBufferPointer { deadlines in
                var ready: [Int] = []
                var index = 0
                while index < entries.count {
                    if entries[index].revents != 0 || deadlines[index] <= now { ready.append(index) }
                    index += 1
                }
                return ready
            }
        }
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
