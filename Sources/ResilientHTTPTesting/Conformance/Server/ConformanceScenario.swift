public import Foundation
public import ResilientHTTP

/// What a request gets, in a form that any server can play.
public struct ConformanceScenario: Sendable {
    /// How an answer begins.
    public enum Beginning: Sendable {
        /// With its head.
        case head
        /// Not at all: nothing is sent until the client closes.
        case silence
        /// The connection is closed instead, when the request has arrived.
        case close
        /// The connection is reset instead, when the request has arrived.
        case reset
    }

    /// How the end of a body is told.
    public enum Framing: Sendable, Hashable {
        /// By a Content-Length that is right.
        case length
        /// By a Content-Length of this value, whatever follows.
        case declared(Int)
        /// By chunks, one a piece.
        case chunked
        /// By the end of the connection.
        case untilClose
    }

    /// A part of a body.
    public enum Piece: Sendable {
        /// These bytes.
        case bytes(Data)
        /// So many zero bytes, made while they are sent and counted as ``ConformanceServer/bytesGenerated(at:)``.
        case zeros(Int)
        /// A pause.
        case pause(Duration)
    }

    /// What comes after the pieces.
    public enum Ending: Sendable {
        /// The end of the body, as framed.
        case complete
        /// The connection is closed, without the end of the body.
        case cut
        /// The connection is reset, without the end of the body.
        case reset
        /// Nothing, until the client closes.
        case silence
    }

    /// What becomes of the connection after a complete answer.
    public enum Afterwards: Sendable {
        /// It is kept.
        case keeps
        /// It is closed, and the head says so.
        case closes
        /// It is kept, and closed without an answer when the next request's first bytes come.
        case goesStale
    }

    /// How it begins.
    public var beginning = Beginning.head
    /// How long it waits before.
    public var delay = Duration.zero
    /// Informational statuses before the answer.
    public var interim: [Int] = []
    /// The status.
    public var status = 200
    /// The header lines, without those of the framing.
    public var headers = HeaderFields()
    /// How the body's end is told.
    public var framing = Framing.length
    /// The body; not sent with 204 and 304 and to HEAD.
    public var pieces: [Piece] = []
    /// How the body ends.
    public var ending = Ending.complete
    /// Fields after a chunked body.
    public var trailers = HeaderFields()
    /// What becomes of the connection.
    public var afterwards = Afterwards.keeps

    /// An empty 200.
    public init() {}

    /// The bytes of all pieces but the zeros.
    public var body: Data {
        pieces.reduce(into: Data()) { body, piece in
            if case .bytes(let bytes) = piece { body.append(bytes) }
        }
    }

    /// Whether the answer to a method has a body (RFC 9112 §6.3).
    public func hasBody(for method: String) -> Bool {
        method != "HEAD" && status >= 200 && status != 204 && status != 304
    }
}

extension ConformanceScenario {
    static func answer(
        _ body: Data = Data(),
        status: Int = 200,
        headers: HeaderFields = [:],
        framing: Framing = .length,
        ending: Ending = .complete,
        afterwards: Afterwards = .keeps
    ) -> Self {
        var scenario = inPieces(body.isEmpty ? [] : [.bytes(body)], framing: framing, ending: ending)
        scenario.status = status
        scenario.headers = headers
        scenario.afterwards = afterwards
        return scenario
    }

    static func text(_ text: String, status: Int = 200, headers: HeaderFields = [:]) -> Self {
        answer(Data(text.utf8), status: status, headers: headers)
    }

    static func inPieces(_ pieces: [Piece], framing: Framing = .chunked, ending: Ending = .complete) -> Self {
        var scenario = Self()
        scenario.pieces = pieces
        scenario.framing = framing
        scenario.ending = ending
        return scenario
    }

    static func beginning(_ beginning: Beginning) -> Self {
        var scenario = Self()
        scenario.beginning = beginning
        return scenario
    }

    /// No answer.
    static var silence: Self { .beginning(.silence) }
}
