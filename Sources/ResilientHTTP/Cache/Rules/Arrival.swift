import Foundation

/// An answer to be kept, and what is known about how it came.
struct Arrival {
    let question: CacheQuestion
    /// As the caller made it: what it is chosen by later.
    let request: ClientRequest
    let status: ClientResponse.Status
    /// All of the answer's fields, those of an earlier message that this one confirms included.
    var headers: HeaderFields
    /// Those of the message that has just come: its dates and ages are the ones that count.
    let newest: HeaderFields
    let body: Data
    /// Whether a transport has unpacked the body.
    var isUnpacked = false
    /// When it came.
    let receivedAt: MonotonicTime
    /// The same as Unix seconds.
    let received: Int64
    /// How long it was on its way.
    let delay: Duration
    let endpoint: String?
    let tags: Set<String>
}
