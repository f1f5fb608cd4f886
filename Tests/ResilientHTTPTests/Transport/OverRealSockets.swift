import Testing

/// The tests that send through URLSession run one after the other: all sessions of a process share one queue, and what
/// one test does to it, a storm of 20,000 requests for one, would be charged to the timeouts of the others.
@Suite(.serialized) enum OverRealSockets {}
