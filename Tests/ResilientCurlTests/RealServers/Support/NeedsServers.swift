#if os(Linux)
import RealServers
import Testing

extension Trait where Self == ConditionTrait {
    /// For suites over the servers of the system's packages.
    static var needsServers: Self {
        .enabled(if: RealServers.missing == nil, "\(RealServers.missing ?? "")")
    }
}

extension OverCurl {
    @Suite struct NeedsServersTests {
        /// Where they are said to be there, what needs them is not left out in silence.
        @Test func theServersAreThereWhereTheyAreRequired() {
            #expect(!RealServers.areRequired || RealServers.missing == nil, "\(RealServers.missing ?? "")")
        }
    }
}
#endif
