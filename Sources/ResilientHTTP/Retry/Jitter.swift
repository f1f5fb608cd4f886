/// How a computed delay is varied, so that callers who failed together do not come back together (acceptance rows 71,
/// 77, 85).
///
/// `rand` in the formulas is uniform in [0, 1). The default everywhere is ``full``: it spreads the most.
public struct Jitter: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case none
        case full
        case equal
        case decorrelated
        case proportional(Double)
        case symmetric(Double)
    }

    package let kind: Kind

    /// The delay as computed. Callers who fail at the same moment also retry at the same moment.
    public static let none = Jitter(kind: .none)

    /// `delay · rand`: anything from no delay to all of it. Least total work for the server (Marc Brooker,
    /// "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
    public static let full = Jitter(kind: .full)

    /// `delay / 2 + delay / 2 · rand`: never less than half (same article). It is also what the Gradient document's
    /// code does for `jitter=True`, × 0.5…1.0 (acceptance row 71).
    public static let equal = Jitter(kind: .equal)

    /// `min(cap, base + (3 · previous − base) · rand)`, where `previous` is the delay before, at first the base (same
    /// article). It grows from what was drawn last, not from the number of the retry: factor and increment have no
    /// effect.
    public static let decorrelated = Jitter(kind: .decorrelated)

    /// `delay · (1 − share · rand)`: up to that share less, never more. The Stainless SDKs (OpenAI, Anthropic) use 0.25.
    ///
    /// - Parameter share: 0…1. Default 0.25.
    public static func proportional(_ share: Double = 0.25) -> Jitter {
        Jitter(kind: .proportional(share))
    }

    /// `delay · (1 − spread + 2 · spread · rand)`: up to that share less or more. gRPC uses 0.2 (proposal A6).
    ///
    /// A backoff's cap holds after jitter too (acceptance row 69), so that at the cap only the lower half remains.
    ///
    /// - Parameter spread: 0…1. Default 0.2.
    public static func symmetric(_ spread: Double = 0.2) -> Jitter {
        Jitter(kind: .symmetric(spread))
    }
}
