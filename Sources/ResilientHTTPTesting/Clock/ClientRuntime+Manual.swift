public import ResilientHTTP

extension ClientRuntime {
    /// A runtime on a manual clock with seeded chance, for tests on the ordinary thread pool.
    ///
    /// Default seed: 0.
    public static func manual(_ clock: ManualClock, seed: UInt64 = 0) -> ClientRuntime {
        ClientRuntime(
            clock: clock,
            wallClock: ManualWallClock(following: clock),
            random: SeededRandomSource(seed: seed)
        )
    }
}
