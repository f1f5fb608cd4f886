import Foundation

/// The input is what a store brings back: it is no kept answer, or one that is written and read back the same.
@Sendable
func fuzzEntries(_ input: UnsafeBufferPointer<UInt8>) {
    guard let entry = try? coder.decode(Data(input)) else { return }
    let bytes = coder.encode(entry)
    guard let again = try? coder.decode(bytes) else { return require(false, "what was written is not read") }
    require(coder.encode(again) == bytes, "what was written is not read as it was written")
    require(again.key == entry.key && again.selectors == entry.selectors, "an answer changes its place")
    require(again.body == entry.body && again.headers == entry.headers, "an answer changes")
    require(entry.memorySize >= input.count / 2, "an answer takes less memory than it has bytes")
}

/// Clocks that stand, so that the same bytes are the same times.
private let coder = CacheEntryCoder(runtime: ClientRuntime(clock: StandingClock(), wallClock: StandingClock()))

private struct StandingClock: RuntimeClock, WallClock {
    var now: MonotonicTime { MonotonicTime(nanoseconds: 77_000_000_000) }
    var date: Date { Date(timeIntervalSince1970: 1_767_225_600) }

    func schedule(at time: MonotonicTime, _ action: @escaping @Sendable () -> Void) -> ClockTimer {
        ClockTimer { true }
    }
}
