extension TransportConformance {
    /// One requirement of a transport and how it is looked at.
    public struct Check: Sendable, Hashable, Identifiable, CustomStringConvertible {
        /// A way of looking at something.
        struct Part: Sendable {
            let title: String
            let needs: [ConformanceObservation]
            /// Why it cannot be looked at by anybody yet.
            let impossible: String?
            /// The server over TLS that it takes.
            let place: ConformancePlace?
            let run: @Sendable (Trial) async throws -> Void
        }

        /// A constant name in snake_case.
        public let id: String
        /// What is looked at, in a few words.
        public let title: String
        /// What a transport has to do, and where that is written.
        public let requirement: String
        /// The capability that a transport must have declared for this; nil when it holds for every transport.
        public let requires: Capability?

        /// Whether it takes one of ``SecureConformanceServers``.
        public var takesSecureServers: Bool { part.place != nil }

        let part: Part
        /// What is looked at when the capability is absent.
        let instead: Part

        /// A check that holds for every transport.
        init(
            _ id: String,
            _ title: String,
            _ requirement: String,
            needs: [ConformanceObservation] = [],
            over place: ConformancePlace? = nil,
            run: @escaping @Sendable (Trial) async throws -> Void
        ) {
            self.id = id
            self.title = title
            self.requirement = requirement
            requires = nil
            part = Part(title: title, needs: needs, impossible: nil, place: place, run: run)
            instead = part
        }

        /// A check of a capability, and of what a transport without it does.
        init(
            _ id: String,
            _ title: String,
            _ requirement: String,
            requires capability: Capability,
            needs: [ConformanceObservation] = [],
            over place: ConformancePlace? = nil,
            absent: String,
            insteadNeeds: [ConformanceObservation] = [],
            impossible: String? = nil,
            run: @escaping @Sendable (Trial) async throws -> Void,
            instead: @escaping @Sendable (Trial) async throws -> Void
        ) {
            self.id = id
            self.title = title
            self.requirement = requirement
            requires = capability
            part = Part(title: title, needs: needs, impossible: impossible, place: place, run: run)
            self.instead = Part(title: absent, needs: insteadNeeds, impossible: nil, place: nil, run: instead)
        }

        /// The check's name, by which test frameworks show it.
        public var description: String { id }

        /// Whether two are the same check.
        public static func == (left: Check, right: Check) -> Bool { left.id == right.id }

        /// Feeds the name to a hasher.
        public func hash(into hasher: inout Hasher) { hasher.combine(id) }
    }
}
