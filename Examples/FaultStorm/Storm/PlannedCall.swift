import Foundation
import ResilientHTTPTesting

/// One call of the storm.
struct PlannedCall: Sendable {
    /// The behaviour's place among the storm's.
    let behaviour: Int
    /// When the caller loses interest; nil for never.
    let cancelAfter: Duration?
    let url: URL
    /// What is sent by POST; nil for a GET.
    let upload: Data?
    /// How the answer is read as it arrives; nil for one that is taken whole.
    var reading: StreamReading?
}
