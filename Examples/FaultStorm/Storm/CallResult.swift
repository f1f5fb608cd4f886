import ResilientHTTPTesting

/// How a call ended.
enum CallResult: Sendable {
    case answered(FaultServer.CatalogueAnswer)
    /// With an error of the kind that it should be.
    case failed(code: String, text: String)
    case cancelled
    /// The caller let go of the answer before its end.
    case dropped
    /// With an error that it should not be.
    case untyped(String)
}
