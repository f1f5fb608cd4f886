/// How far a request is from the origin that its credentials are for.
package enum Reach: Sendable {
    /// Where the client's credentials are for.
    case home
    /// The caller has named another origin than the base URL's: the client's credentials stay behind, the request's own
    /// do not.
    case named
    /// A redirect or a fallback has led to an origin that the call's request has not named.
    case left
}
