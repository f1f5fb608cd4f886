public import ResilientHTTP

/// What became of each check of a transport.
public struct ConformanceReport: Sendable, Codable {
    /// The transport's type.
    public let transport: String
    /// What the transport declares.
    public let capabilities: TransportCapabilities
    /// The checks in their order.
    public internal(set) var entries: [Entry] = []

    init(transport: String, capabilities: TransportCapabilities) {
        self.transport = transport
        self.capabilities = capabilities
    }

    /// The requirements that the transport does not meet; empty when it conforms.
    public var failures: [ConformanceFailure] { entries.compactMap(\.failure) }

    /// How many checks ended so.
    public func count(_ outcome: Outcome) -> Int {
        entries.count { $0.outcome == outcome }
    }
}

extension ConformanceReport {
    /// How a check ended; more ways may be added.
    public struct Outcome: Sendable, Hashable, Codable, RawRepresentable, CustomStringConvertible {
        /// The name as it stands in JSON.
        public let rawValue: String

        /// Makes an outcome from its name.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// The requirement is met.
        public static let passed = Self(rawValue: "passed")
        /// The requirement is not met.
        public static let failed = Self(rawValue: "failed")
        /// The transport does not declare the capability, and does what it has to do without it.
        public static let declaredAbsent = Self(rawValue: "declared_absent")
        /// Nothing was looked at, for the reason that is given.
        public static let notChecked = Self(rawValue: "not_checked")

        /// The name as it stands in JSON.
        public var description: String { rawValue }
    }

    /// What became of one check.
    public struct Entry: Sendable, Codable {
        /// The name of the check.
        public let check: String
        /// What was looked at.
        public let title: String
        /// What a transport has to do.
        public let requirement: String
        /// How it ended.
        public internal(set) var outcome: Outcome = .passed
        /// The capability that is absent.
        public internal(set) var capability: TransportConformance.Capability?
        /// What was looked at because the capability is absent.
        public internal(set) var checkedInstead: String?
        /// What was expected, for a check that failed.
        public internal(set) var expected: String?
        /// What was seen, for a check that failed.
        public internal(set) var seen: String?
        /// Why nothing was looked at.
        public internal(set) var reason: String?
        /// How long it took, in seconds of real time.
        public internal(set) var seconds = 0.0

        init(_ check: TransportConformance.Check) {
            self.check = check.id
            title = check.title
            requirement = check.requirement
        }

        /// The failure, for a check that failed.
        public var failure: ConformanceFailure? {
            guard outcome == .failed else { return nil }
            return ConformanceFailure(
                check: check,
                requirement: requirement,
                expected: expected ?? "",
                seen: seen ?? ""
            )
        }

        mutating func fail(_ mismatch: Mismatch) {
            outcome = .failed
            expected = mismatch.expected
            seen = mismatch.seen
        }

        private enum CodingKeys: String, CodingKey {
            case check, title, requirement, outcome, capability, expected, seen, reason, seconds
            case checkedInstead = "checked_instead"
        }
    }
}

extension ConformanceReport: CustomStringConvertible {
    /// A table: a line a check, what went wrong or was left out below it, and the counts.
    public var description: String {
        let width = entries.map(\.check.count).max() ?? 0
        let lines = entries.map { $0.line(width: width) }
        let summary =
            "\(transport): \(count(.passed)) passed, \(count(.failed)) failed, "
            + "\(count(.declaredAbsent)) declared absent, \(count(.notChecked)) not checked"
        return (lines + [summary]).joined(separator: "\n")
    }
}

extension ConformanceReport.Entry: CustomStringConvertible {
    /// The check, how it ended, and why.
    public var description: String { line(width: 0) }

    func line(width: Int) -> String {
        let name = check + String(repeating: " ", count: max(0, width - check.count))
        let absent = capability.map { "declared absent: \($0), checked instead: \(checkedInstead ?? "")" }
        switch outcome {
        case .failed:
            let context = absent.map { " (\($0))" } ?? ""
            return "\(name)  FAILED\(context)\n    expected \(expected ?? "")\n    saw      \(seen ?? "")"
        case .notChecked:
            return "\(name)  not checked here: \(reason ?? "")"
        case .declaredAbsent:
            return "\(name)  \(absent ?? "")"
        default:
            return "\(name)  \(outcome)"
        }
    }
}
