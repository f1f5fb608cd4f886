import Foundation
import ResilientCurl
package import ResilientHTTP

/// What the suites send through that test over real sockets what stands above the transport: the one that the
/// environment names in `RESILIENT_TEST_TRANSPORT`, and URLSession when it names none.
///
/// A suite that tests one transport makes that one, whatever the environment says.
package enum LiveTransport: String, CaseIterable, Sendable {
    case urlsession
    case curl

    private static let variable = "RESILIENT_TEST_TRANSPORT"

    struct Unknown: Error, CustomStringConvertible {
        let description: String
    }

    /// Throws for a name that is none, so that no run is taken for what it is not.
    package static var chosen: LiveTransport {
        get throws {
            guard let name = ProcessInfo.processInfo.environment[variable] else { return .urlsession }
            guard let transport = LiveTransport(rawValue: name) else {
                let names = allCases.map(\.rawValue).joined(separator: " or ")
                throw Unknown(description: "\(variable) is '\(name)'; it needs to be \(names)")
            }
            return transport
        }
    }

    /// What a program of this package is told, so that it sends through the same; nothing for the default.
    package static var arguments: [String] {
        get throws {
            let chosen = try chosen
            return chosen == .urlsession ? [] : ["--transport", chosen.rawValue]
        }
    }

    /// Whether a slow reader slows the server down, by what the transport says of itself.
    package static var hasBackPressure: Bool {
        get throws { try make().capabilities.hasBackPressure }
    }

    /// Makes one. Throws `unsupported` where there is no curl.
    package static func make(_ pool: PoolConfiguration = PoolConfiguration()) throws -> any Transport {
        try chosen.make(pool)
    }

    /// Makes one of this kind, whatever the environment says.
    package func make(_ pool: PoolConfiguration = PoolConfiguration()) throws -> any Transport {
        guard self == .curl else { return URLSessionTransport(pool: pool) }
        var configuration = CurlConfiguration()
        configuration.pool = pool
        return try CurlTransport(configuration)
    }
}

extension Dependencies {
    /// Those of a client over real sockets.
    package static func live(runtime: ClientRuntime = .system) throws -> Dependencies {
        Dependencies(transport: try LiveTransport.make(), runtime: runtime)
    }
}
