public import Foundation

extension FaultServer {
    /// Where a redirect leads; more kinds may be added.
    public struct RedirectTarget: Sendable {
        let location: @Sendable (Exchange) -> [UInt8]

        /// The same origin: a Location of only the path (and query).
        public static func path(_ path: String) -> RedirectTarget {
            RedirectTarget { _ in Array(path.utf8) }
        }

        /// Another origin: the server's other port, as an absolute URL.
        public static func otherPort(_ path: String) -> RedirectTarget {
            RedirectTarget { Array("http://127.0.0.1:\($0.otherPort)\(path)".utf8) }
        }

        /// These bytes as the Location, whatever they are.
        public static func raw(_ location: Data) -> RedirectTarget {
            RedirectTarget { _ in Array(location) }
        }
    }
}

extension FaultServer.Behaviour {
    /// A status with a Location and an empty body.
    ///
    /// URLSession on Linux follows at most 20, forwards Authorization and Cookie across origins, and re-sends the
    /// POST of a 307 or 308 with an empty body. A Location that is not UTF-8 fails with -1.
    public static func redirect(_ status: Int = 302, to target: FaultServer.RedirectTarget) -> Self {
        Self("redirect_\(status)") { exchange in
            let location = Array("Location: ".utf8) + target.location(exchange)
            return [.send(exchange.head(status, lines: [location, Array("Content-Length: 0".utf8)]))]
        }
    }

    /// A redirect to the request's own target, for loops.
    ///
    /// URLSession on Linux: -1007 after the 21st request.
    public static func redirectToItself(_ status: Int = 302) -> Self {
        redirect(status, to: FaultServer.RedirectTarget { Array($0.request.target.utf8) })
            .named("redirect_to_itself")
    }
}
