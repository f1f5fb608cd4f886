import ResilientHTTP

extension TransportConformance {
    /// A capability by its name, as `TransportCapabilities` has it.
    public struct Capability: Sendable, Hashable, CustomStringConvertible, Codable {
        /// The name of the property.
        public let description: String

        /// `TransportCapabilities/honoursDeadlines`
        public static let honoursDeadlines = Self("honoursDeadlines")
        /// `TransportCapabilities/streamsUploads`
        public static let streamsUploads = Self("streamsUploads")
        /// `TransportCapabilities/streamsDownloads`
        public static let streamsDownloads = Self("streamsDownloads")
        /// `TransportCapabilities/hasBackPressure`
        public static let hasBackPressure = Self("hasBackPressure")
        /// `TransportCapabilities/hasConnectTimeout`
        public static let hasConnectTimeout = Self("hasConnectTimeout")
        /// `TransportCapabilities/keepsTrailers`
        public static let keepsTrailers = Self("keepsTrailers")
        /// `TransportCapabilities/speaksHTTP2`
        public static let speaksHTTP2 = Self("speaksHTTP2")
        /// `TransportCapabilities/neverRepeats`
        public static let neverRepeats = Self("neverRepeats")
        /// `TransportCapabilities/callsIPv6Literals`
        public static let callsIPv6Literals = Self("callsIPv6Literals")
        /// `TransportCapabilities/limitsIdleConnections`
        public static let limitsIdleConnections = Self("limitsIdleConnections")
        /// `TransportCapabilities/setsDNSCacheTime`
        public static let setsDNSCacheTime = Self("setsDNSCacheTime")
        /// `TransportCapabilities/tellsConnections`
        public static let tellsConnections = Self("tellsConnections")

        private init(_ name: String) {
            description = name
        }

        /// Reads the name.
        public init(from decoder: any Decoder) throws {
            description = try decoder.singleValueContainer().decode(String.self)
        }

        /// Writes the name.
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(description)
        }

        /// Whether a transport has it. A name that is not known here is not declared.
        func isDeclared(by capabilities: TransportCapabilities) -> Bool {
            Self.properties[description].map { capabilities[keyPath: $0] } ?? false
        }

        private static let properties: [String: any KeyPath<TransportCapabilities, Bool> & Sendable] = [
            "honoursDeadlines": \.honoursDeadlines, "streamsUploads": \.streamsUploads,
            "streamsDownloads": \.streamsDownloads, "hasBackPressure": \.hasBackPressure,
            "hasConnectTimeout": \.hasConnectTimeout, "keepsTrailers": \.keepsTrailers,
            "speaksHTTP2": \.speaksHTTP2, "neverRepeats": \.neverRepeats, "callsIPv6Literals": \.callsIPv6Literals,
            "limitsIdleConnections": \.limitsIdleConnections, "setsDNSCacheTime": \.setsDNSCacheTime,
            "tellsConnections": \.tellsConnections,
        ]
    }
}
