/// What a bucket or window says to a demand.
public enum RateVerdict: Sendable, Hashable {
    /// There was enough, and it has been taken.
    case granted
    /// There is not enough; nothing was taken. After this time there will be, if nobody else takes it.
    case retryAfter(Duration)
    /// The demand is larger than the limit itself: waiting never helps. Nothing was taken.
    case never
}
