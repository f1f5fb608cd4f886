extension Connection {
    /// Sends at most this often in one turn, so that one fast reader does not hold up the others.
    private static let writesPerTurn = 16

    /// Turns the behaviour into steps as soon as it may begin.
    func startAnswer() {
        guard let current = incoming, !current.isAnswering else { return }
        guard current.body.isDone || current.behaviour.startsAtHead else { return }
        incoming?.isAnswering = true
        let closes = current.head.asksToClose || current.behaviour.closes
        let exchange = FaultServer.Exchange(request: current.request, closes: closes, otherPort: otherPort)
        steps = current.behaviour.steps(exchange)
        if closes { steps.append(.close) }
        steps.reverse()
    }

    /// Carries out steps. `true` when none is left; `false` when the connection has to wait or has ended.
    func perform(now: UInt64) -> Bool {
        var writes = 0
        while !hasEnded, drainUntil == nil {
            if !sending.isEmpty {
                guard writes < Self.writesPerTurn, flush() else { return false }
                writes += 1
                continue
            }
            if let at = resumeAt {
                guard now >= at else { return false }
                resumeAt = nil
            }
            guard let step = steps.popLast() else { return true }
            guard take(step, now: now) else { return false }
        }
        return false
    }

    private func flush() -> Bool {
        switch socket.write(sending) {
        case .bytes(let count):
            sending.removeFirst(count)
            return true
        case .wouldBlock:
            return false
        case .broken:
            end(peerFinished ? .peerClosed : .peerReset)
            return false
        }
    }

    /// Does one step. `false` when it has to be waited for.
    private func take(_ step: FaultServer.Step, now: UInt64) -> Bool {
        switch step {
        case .send(let bytes):
            sending = bytes
        case .drip(let bytes, let piece, let interval):
            sending = bytes.prefix(piece)
            guard bytes.count > piece else { break }
            steps.append(.drip(bytes.dropFirst(piece), piece: piece, interval: interval))
            steps.append(.pause(interval))
        case .produce(var source):
            guard let bytes = source.next() else { break }
            sending = bytes[...]
            steps.append(.produce(source))
        case .pause(let nanoseconds):
            resumeAt = now + nanoseconds
        case .close:
            finish(now: now)
        case .reset:
            end(.serverReset)
        case .hang:
            steps.append(.hang)
            return false
        case .endOnNextBytes(let reset):
            guard !input.isEmpty else {
                steps.append(step)
                return false
            }
            input.removeAll()
            if reset { end(.serverReset) } else { finish(now: now) }
        }
        return true
    }
}
