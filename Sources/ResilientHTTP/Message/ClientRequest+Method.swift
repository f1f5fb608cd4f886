extension ClientRequest {
    /// A request method: case-sensitive, any token (RFC 9110 §9).
    public struct Method: Sendable, Hashable, RawRepresentable, CustomStringConvertible, Codable {
        /// The method as it goes on the wire.
        public let rawValue: String

        /// Makes a method. The standard methods are put in upper case, as users expect of `"get"`; any other text
        /// stays as it is and the validation stage refuses what is not a token.
        public init(rawValue: String) {
            let upper = Grammar.uppercased(rawValue)
            self.rawValue = Self.standard.contains(upper) ? upper : rawValue
        }

        /// Makes a method from its name.
        public init(_ name: String) {
            self.init(rawValue: name)
        }

        private init(known name: StaticString) {
            rawValue = name.description
        }

        private static let standard: Set<String> = [
            "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT",
        ]

        /// Whether the method asks for no change at the server (RFC 9110 §9.2.1).
        public var isSafe: Bool {
            switch self {
            case .get, .head, .options, .trace: true
            default: false
            }
        }

        /// Whether repeating the request has the same effect as sending it once (RFC 9110 §9.2.2).
        public var isIdempotent: Bool {
            isSafe || self == .put || self == .delete
        }

        /// The method as it goes on the wire.
        public var description: String { rawValue }
    }
}

extension ClientRequest.Method {
    /// `GET`
    public static let get = Self(known: "GET")
    /// `HEAD`
    public static let head = Self(known: "HEAD")
    /// `POST`
    public static let post = Self(known: "POST")
    /// `PUT`
    public static let put = Self(known: "PUT")
    /// `DELETE`
    public static let delete = Self(known: "DELETE")
    /// `PATCH`
    public static let patch = Self(known: "PATCH")
    /// `OPTIONS`
    public static let options = Self(known: "OPTIONS")
    /// `TRACE`
    public static let trace = Self(known: "TRACE")
    /// `CONNECT`
    public static let connect = Self(known: "CONNECT")
}
