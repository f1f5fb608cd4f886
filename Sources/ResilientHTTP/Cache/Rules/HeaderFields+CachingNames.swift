extension HeaderFields.Name {
    static let cacheStatus = Self(constant: "Cache-Status")
    static let contentLocation = Self(constant: "Content-Location")
    static let contentRange = Self(constant: "Content-Range")
    static let ifModifiedSince = Self(constant: "If-Modified-Since")
    static let ifNoneMatch = Self(constant: "If-None-Match")
    static let pragma = Self(constant: "Pragma")
    package static let range = Self(constant: "Range")
}
