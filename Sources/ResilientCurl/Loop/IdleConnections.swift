#if os(Linux)
import CLibcurl
import ResilientHTTP

/// How many connections stay open for later requests, and for how long. For the loop's thread, in real time, which is
/// libcurl's.
struct IdleConnections {
    private typealias Time = ContinuousClock.Instant

    private static let tidyInterval = Duration.seconds(1)

    private let raw: OpaquePointer
    private let settings: LoopSettings
    /// How many connections libcurl was told to keep, those in use included.
    private var kept = 0
    /// The most requests at once since the connections were last tidied up.
    private var peak = 0
    private var tidyTime: Time?
    private var idleSince: Time?

    init(_ raw: OpaquePointer, _ settings: LoopSettings) {
        self.raw = raw
        self.settings = settings
    }

    private var maxKeepAlive: Int { settings.pool.maxKeepAlive }

    mutating func requestBegins(underWay: Int) {
        idleSince = nil
        peak = max(peak, underWay)
        guard underWay + maxKeepAlive > kept else { return }
        keep(underWay + maxKeepAlive)
        if tidyTime == nil { tidyTime = .now + Self.tidyInterval }
    }

    mutating func lastRequestEnded() {
        idleSince = .now
    }

    private mutating func keep(_ connections: Int) {
        kept = connections
        clibcurl_loop_keep(raw, max(1, connections))
    }

    /// When there is something to be closed; nil for never.
    func next(isLingering: Bool) -> ContinuousClock.Instant? {
        // What is resolving keeps its connections; its end wakes the loop.
        let closingTime = isLingering ? nil : closingTime
        guard let tidyTime, let closingTime else { return tidyTime ?? closingTime }
        return min(tidyTime, closingTime)
    }

    /// Without keeping there is nothing to be closed.
    private var closingTime: Time? {
        guard settings.idleMilliseconds > 0 else { return nil }
        return idleSince.map { $0 + .milliseconds(settings.idleMilliseconds) }
    }

    /// Closes what is too many, and what has been idle for too long. Returns whether all of them were closed.
    mutating func closeThoseOver(underWay: Int, isLingering: Bool) -> Bool {
        tidyUp(underWay: underWay, mayTrim: underWay == 0 && !isLingering)
        guard let closingTime, !isLingering, Time.now >= closingTime else { return false }
        idleSince = nil
        // libcurl closes idle connections only when there is a request; without one, all go with their multi handle.
        guard clibcurl_loop_renew(raw) else { return false }
        (kept, tidyTime) = (0, nil)
        return true
    }

    /// Not as requests end, because the next ones may just be coming, but when there have been too many for a while.
    private mutating func tidyUp(underWay: Int, mayTrim: Bool) {
        guard let time = tidyTime, .now >= time else { return }
        let wanted = peak + maxKeepAlive
        // From now on libcurl closes the oldest one as a request ends.
        if wanted < kept { keep(wanted) }
        // A paused transfer's connection looks like an idle one.
        if mayTrim { clibcurl_loop_trim(raw, wanted) }
        peak = underWay
        tidyTime = kept > maxKeepAlive ? .now + Self.tidyInterval : nil
    }
}
#endif
