/// What came back for a request of a test.
public enum CacheTestResult: Sendable {
    /// An answer.
    case answer(status: Int, headers: [(name: String, value: String)], body: String)
    /// An error, and what it says.
    case failure(String)
}

/// What became of a test.
public enum CacheTestVerdict: Sendable, Equatable {
    /// It came as expected.
    case passed
    /// It came otherwise.
    case failed(String)
    /// It could not be made: an earlier request did not come as the test needs it.
    case unprepared(String)
}
