public import Foundation
import ResilientHTTP

extension FaultServer {
    /// One behaviour of the catalogue: what it is, what provokes it, and what comes of it.
    public struct CatalogueEntry: Sendable {
        /// The name, in snake_case. Names stay.
        public let name: String
        /// What the server does, in a sentence without a full stop.
        public let summary: String
        /// What a request gets. Its name is ``name``.
        public let behaviour: Behaviour
        /// What every connection of the server does, for faults that come before a request.
        public let connectionFault: ConnectionFault
        /// Whether the server accepts connections at all.
        public let acceptsConnections: Bool
        /// The body to send by POST, for faults of uploads; nil for a GET.
        public let upload: Data?
        /// The answer that a client gets which keeps to RFC 9110 and 9112 and, where they leave a choice, is lenient;
        /// nil when it gets an error.
        public let expected: CatalogueAnswer?
        /// What URLSession on Linux makes of it.
        public let onURLSession: URLSessionVerdict

        /// Whether URLSession on Linux outlives it.
        public var isSurvivableByURLSession: Bool { onURLSession.isSurvivable }

        /// Whether it needs a server of its own, because it is not a request that gets it but every connection.
        public var needsOwnServer: Bool { connectionFault != .none || !acceptsConnections }

        /// A configuration for a server of its own, where it needs one.
        public func applied(to configuration: Configuration) -> Configuration {
            var configuration = configuration
            configuration.connectionFault = connectionFault
            configuration.acceptsConnections = acceptsConnections
            if !acceptsConnections { configuration.backlog = 1 }
            return configuration
        }

        /// The answers that URLSession on Linux may give: the right one, and the one it gives instead.
        public var answersOnURLSession: Set<CatalogueAnswer> {
            Set([expected, onURLSession.answer].compactMap { $0 })
        }
    }
}

extension FaultServer.CatalogueEntry {
    typealias Answer = FaultServer.CatalogueAnswer
    typealias Verdict = FaultServer.URLSessionVerdict

    /// - Parameters:
    ///   - expected: nil for an error.
    ///   - onURLSession: nil for the expected answer.
    init(
        _ name: String,
        _ summary: String,
        _ behaviour: FaultServer.Behaviour,
        upload: Data? = nil,
        expected: Answer?,
        onURLSession: Verdict? = nil
    ) {
        self.init(
            name,
            summary,
            behaviour,
            fault: .none,
            accepts: true,
            upload: upload,
            expected: expected,
            // No entry leaves both out.
            onURLSession: onURLSession ?? expected.map { .answers($0) } ?? .fails(.protocolError)
        )
    }

    /// A fault of every connection.
    init(
        _ name: String,
        _ summary: String,
        fault: FaultServer.ConnectionFault = .none,
        accepts: Bool = true,
        onURLSession: Verdict
    ) {
        self.init(
            name,
            summary,
            .ok,
            fault: fault,
            accepts: accepts,
            upload: nil,
            expected: nil,
            onURLSession: onURLSession
        )
    }

    private init(
        _ name: String,
        _ summary: String,
        _ behaviour: FaultServer.Behaviour,
        fault: FaultServer.ConnectionFault,
        accepts: Bool,
        upload: Data?,
        expected: Answer?,
        onURLSession: Verdict
    ) {
        self.name = name
        self.summary = summary
        self.behaviour = behaviour.changed(name) { $0.isSurvivableByURLSession = onURLSession.isSurvivable }
        connectionFault = fault
        acceptsConnections = accepts
        self.upload = upload
        self.expected = expected
        self.onURLSession = onURLSession
    }
}

extension FaultServer.CatalogueEntry {
    /// A row of a Markdown table: name, what the server does, the right outcome, and URLSession's on Linux.
    public var documentationRow: String {
        "| `\(name)` | \(summary) | \(expected?.description ?? "an error") | \(onURLSession) |"
    }
}
