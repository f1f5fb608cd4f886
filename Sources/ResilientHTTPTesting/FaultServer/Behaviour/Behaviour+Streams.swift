public import Foundation

extension FaultServer {
    /// A part of a streamed body; more kinds may be added.
    public struct StreamPiece: Sendable {
        let step: @Sendable () -> Step

        /// One chunk of these bytes. Empty ones are left out, because an empty chunk ends the body.
        public static func bytes(_ bytes: Data) -> StreamPiece {
            let chunk = bytes.isEmpty ? [] : ResponseText.chunk(bytes)
            return StreamPiece { .send(chunk) }
        }

        /// One chunk of bytes that are made when it is sent, such as the time.
        public static func made(_ make: @escaping @Sendable () -> Data) -> StreamPiece {
            StreamPiece {
                var isMade = false
                return .produce(
                    AnyIterator {
                        defer { isMade = true }
                        return isMade ? nil : Array(ResponseText.chunk(make()))
                    }
                )
            }
        }

        /// One chunk of this text.
        public static func text(_ text: String) -> StreamPiece {
            bytes(Data(text.utf8))
        }

        /// One chunk of a server-sent event: an `event` line where given, a `data` line for every line, an empty line.
        public static func event(_ data: String, name: String? = nil) -> StreamPiece {
            let lines = data.split(separator: "\n", omittingEmptySubsequences: false).map { "data: \($0)\n" }.joined()
            return text((name.map { "event: \($0)\n" } ?? "") + lines + "\n")
        }

        /// A pause; resolution 1 ms.
        public static func pause(_ duration: Duration) -> StreamPiece {
            StreamPiece { .pause(duration.clampedNanoseconds) }
        }
    }

    /// How a streamed body ends; more ways may be added.
    public struct StreamEnding: Sendable {
        let steps: @Sendable () -> [Step]

        /// The last chunk; the connection stays open.
        public static let clean = StreamEnding { [.send(ResponseText.lastChunk)] }
        /// FIN without the last chunk.
        public static let cut = StreamEnding { [.close] }
        /// RST without the last chunk.
        public static let reset = StreamEnding { [.reset] }
        /// Nothing more, until the peer closes.
        public static let hang = StreamEnding { [.hang] }
    }
}

extension FaultServer.Behaviour {
    /// A chunked 200 of chosen chunks and pauses.
    public static func stream(
        _ pieces: [FaultServer.StreamPiece],
        contentType: String = "application/octet-stream",
        ending: FaultServer.StreamEnding = .clean
    ) -> Self {
        Self("stream") { exchange in
            let fields = [("Content-Type", contentType), ("Transfer-Encoding", "chunked")]
            let head = FaultServer.Step.send(exchange.head(200, fields))
            // A HEAD request is answered by the head alone, but the way of ending it stays.
            let ending = exchange.hasBody(200) || !isClean(ending) ? ending.steps() : []
            return [head] + (exchange.hasBody(200) ? pieces.map { $0.step() } : []) + ending
        }
    }

    /// A chunked `text/event-stream` of chosen events, chunks and pauses.
    public static func serverSentEvents(
        _ pieces: [FaultServer.StreamPiece],
        ending: FaultServer.StreamEnding = .clean
    ) -> Self {
        stream(pieces, contentType: "text/event-stream", ending: ending).named("server_sent_events")
    }

    private static func isClean(_ ending: FaultServer.StreamEnding) -> Bool {
        if case .send = ending.steps().first { return true }
        return false
    }
}
