import Testing

/// What goes over sockets runs one test after the other: several servers and loops at once would have two cores to
/// share, and the time limits among the tests are real.
@Suite(.serialized) enum OverCurl {}
