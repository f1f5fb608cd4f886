/// What sharing requests has done since the client was made, and what it is doing (acceptance row 65).
public struct DeduplicationStatistics: Sendable, Hashable, Codable {
    /// Flights that began: requests that went further, for however many calls.
    public internal(set) var flights = 0
    /// Calls that joined a flight of another call and sent nothing themselves.
    public internal(set) var coalesced = 0
    /// Flights that were cancelled because nobody waited for them any more.
    public internal(set) var abandoned = 0
    /// Calls that might have shared but flew alone, because ``DeduplicationConfiguration/maxFlights`` were under way.
    public internal(set) var alone = 0
    /// Flights under way.
    public internal(set) var flying = 0
    /// Calls that wait for one of them.
    public internal(set) var waiting = 0
}
