import Foundation

extension ResilientError {
    /// Adds the response behind an error: status, header fields and the first bytes of the body.
    package mutating func describe(_ response: ClientResponse) {
        status = response.status
        headers = response.headers
        bodyPrefix = Data(response.data.prefix(Self.bodyPrefixLimit))
        // A stage may have answered by itself.
        if response.source == .network || response.source == .coalesced { reachedServer = .yes }
    }
}
