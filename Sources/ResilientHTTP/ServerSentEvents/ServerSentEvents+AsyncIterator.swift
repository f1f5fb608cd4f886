import Foundation

extension ServerSentEvents {
    /// Reads the events of one sequence.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private enum Phase {
            case connecting(after: Duration?)
            case reading(ResponseBody.Iterator)
            /// What comes after the events that are still to be taken.
            case ending((any Error)?)
        }

        private let events: ServerSentEvents
        private var decoder: ServerSentEventDecoder
        private var phase = Phase.connecting(after: nil)
        /// The events that the last chunk completed, and how many of them have been taken.
        private var ready: [ServerSentEvent] = []
        private var taken = 0
        private var pace = ReconnectionPace()

        init(_ events: ServerSentEvents) {
            self.events = events
            decoder = ServerSentEventDecoder(
                maximumEventSize: events.maximumEventSize,
                lastEventID: events.lastEventID
            )
        }

        /// The id of the last event, as it is sent when the stream reconnects; what to store in order to go on later.
        public var lastEventID: String { decoder.lastEventID }

        /// The next event; nil at the end of the stream. After an error or the end there is nothing more.
        public mutating func next() async throws -> ServerSentEvent? {
            do {
                while true {
                    let isDrained = taken == ready.count
                    if isDrained, case .ending(nil) = phase { return nil }
                    try Task.checkCancellation()
                    if !isDrained {
                        taken += 1
                        return ready[taken - 1]
                    }
                    try await advance()
                }
            } catch {
                ready = []
                taken = 0
                phase = .ending(nil)
                throw error
            }
        }

        private mutating func advance() async throws {
            switch phase {
            case .connecting(let delay):
                if let delay { try await events.source.wait(delay) }
                try await connect()
            case .reading(let chunks):
                try await read(chunks)
            case .ending(let error):
                if let error { throw error }
            }
        }
    }
}

// MARK: - One connection

extension ServerSentEvents.AsyncIterator {
    private mutating func connect() async throws {
        let id = decoder.lastEventID
        let isSendable = !id.isEmpty && Grammar.isFieldValue(id)
        let response: ClientResponse
        do {
            response = try await events.source.connect(isSendable ? id : nil)
        } catch {
            return try reconnect(after: error, canPass: ReconnectionPace.canPass(error))
        }
        switch try await EventStreamAnswer(response, date: events.source.runtime.date) {
        case .stream(let body):
            phase = .reading(body.makeAsyncIterator())
        case .noMore where events.reconnection != nil:
            phase = .ending(nil)
        case .noMore:
            throw ResilientError.noEvents(response, "answered \(response.status)", code: .status)
        case .refused(let error, let canPass):
            try reconnect(after: error, canPass: canPass)
        }
    }

    private mutating func read(_ iterator: ResponseBody.Iterator) async throws {
        var iterator = iterator
        let chunk: Data?
        do {
            chunk = try await iterator.next(isolation: #isolation)
        } catch {
            return try reconnect(after: error, canPass: ReconnectionPace.canPass(error))
        }
        guard let chunk else { return try reconnect(after: nil) }
        phase = .reading(iterator)
        decode(chunk)
    }

    /// An error comes after the events before it.
    private mutating func decode(_ chunk: Data) {
        ready.removeAll(keepingCapacity: true)
        taken = 0
        do {
            try decoder.push(chunk, into: &ready)
        } catch {
            phase = .ending(error)
        }
        if !ready.isEmpty { pace.noteEvent() }
    }

    /// The connection has ended: cleanly, when there is no error. Throws when it is not to be made again.
    private mutating func reconnect(after error: (any Error)?, canPass: Bool = true) throws {
        decoder.finish()
        guard let reconnection = events.reconnection, canPass else {
            if let error { throw error }
            phase = .ending(nil)
            return
        }
        let delay = try pace.delay(
            after: error,
            retry: decoder.reconnectionTime,
            reconnection,
            random: events.source.runtime.uniform()
        )
        phase = .connecting(after: delay)
    }
}
