import Foundation

/// Which of the two clients, and how it is made.
enum LaneKind: String, CaseIterable, Sendable {
    case bare = "bare URLSession"
    case resilient = "ResilientHTTP"

    func make(_ settings: LaneSettings) throws -> any Lane {
        switch self {
        case .bare: BareLane(settings)
        case .resilient: try ResilientLane(settings)
        }
    }
}
