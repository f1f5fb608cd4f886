extension ClientRequest {
    /// The request as it is sent for events (WHATWG HTML §9.2.2): `Accept` and `Cache-Control` unless they are set,
    /// and the id to go on from.
    package func acceptingEvents(lastEventID: String?) -> ClientRequest {
        var request = self
        if !request.headers.contains(.accept) { request.headers[.accept] = "text/event-stream" }
        if !request.headers.contains(.cacheControl) { request.headers[.cacheControl] = "no-cache" }
        if let lastEventID { request.headers[.lastEventID] = lastEventID }
        return request
    }
}

extension HeaderFields.Name {
    /// `Last-Event-ID`
    public static let lastEventID = Self(constant: "Last-Event-ID")
}
