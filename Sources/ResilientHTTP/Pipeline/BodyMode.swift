/// How a call wants the response's body.
public enum BodyMode: Sendable, Hashable {
    /// Whole, in memory, at most so many bytes after decompression.
    case bytes(limit: Int)
}
