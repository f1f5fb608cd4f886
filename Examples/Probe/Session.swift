import Foundation
import ResilientHTTP

/// One run of the program: lines in, answers out.
final class Session: Sendable {
    /// Lines under way on the system's clock. Beyond them nothing is read.
    static let lineLimit = 256
    /// Lines under way on manual clocks. They may all wait for a line that has not been read yet, so reading goes on,
    /// and beyond these a line is refused.
    static let manualLineLimit = 4_096

    let clients: ClientTable
    private let options: Options
    private let output = LineWriter(.standardOutput)
    private let places = Places(lines: Session.lineLimit)
    private let manualPlaces = Places(lines: Session.manualLineLimit)

    init(_ options: Options) {
        self.options = options
        clients = ClientTable(defaultTransport: options.transport)
    }

    /// Answers every line of a file descriptor, and returns when the last answer is written.
    func run(reading descriptor: Int32) async -> ExitCode {
        await withCheckedContinuation { continuation in
            // Reading blocks, and so does waiting for a place: not on a task's thread.
            let thread = Thread { [self] in
                var reader = LineReader(descriptor)
                while !output.hasFailed, let line = reader.next() { take(line) }
                drain()
                continuation.resume()
            }
            thread.stackSize = 8 << 20
            thread.start()
        }
        return output.hasFailed ? .outputLost : .success
    }

    private func take(_ line: LineReader.Line) {
        guard case .bytes(let bytes) = line else {
            return refuse(
                ResilientError.line("the line is longer than \(LineReader.lengthLimit) bytes"),
                id: "null",
                bytes: 0
            )
        }
        // JSON Lines are often separated or ended by an empty one.
        if JSONParser.isBlank(bytes) { return }
        let parsed = JSONParser.line(bytes)
        do {
            begin(try OperationRegistry.operation(parsed.value.get(), self), id: parsed.id, bytes: bytes.count)
        } catch {
            refuse(error, id: parsed.id, bytes: bytes.count)
        }
    }

    private func begin(_ operation: any Operation, id: String, bytes: Int) {
        switch operation.place {
        case .anywhere:
            places.enter(bytes: bytes)
            ClientRuntime.system.start { [self] in await answer(operation, id: id, bytes: bytes, places) }
        case .lane(let lane):
            guard manualPlaces.tryEnter(bytes: bytes) || enterWhenQuiet(bytes: bytes) else {
                let text = "\(Self.manualLineLimit) lines wait for manual clocks; move them"
                return refuse(ResilientError(.queueFull, text, reachedServer: .no), id: id, bytes: bytes)
            }
            lane.submit(movesClock: false) { [self] in await answer(operation, id: id, bytes: bytes, manualPlaces) }
        case .movingClock(let lane):
            // It ends by itself, and is what the others wait for.
            places.enter(bytes: bytes)
            lane.submit(movesClock: true) { [self] in await answer(operation, id: id, bytes: bytes, places) }
        }
    }

    private func answer(_ operation: any Operation, id: String, bytes: Int, _ places: Places) async {
        let members: [JSON.Member]
        do {
            members = try await operation.run()
        } catch {
            members = ErrorAnswer.members(error)
        }
        await output.write(JSON.line(id: id, members))
        places.leave(bytes: bytes)
    }

    private func refuse(_ error: any Error, id: String, bytes: Int) {
        places.enter(bytes: bytes)
        ClientRuntime.system.start { [self] in
            await output.write(JSON.line(id: id, ErrorAnswer.members(error)))
            places.leave(bytes: bytes)
        }
    }

    // MARK: - Manual clocks

    /// Takes a place when nothing else can give one back but a line that is still to come.
    private func enterWhenQuiet(bytes: Int) -> Bool {
        wait { [self] in
            await quiet()
            // What has ended meanwhile is being written.
            await output.write(Data())
            await quiet()
        }
        return manualPlaces.tryEnter(bytes: bytes)
    }

    private func quiet(patience: Duration = ManualWorld.wirePatience) async {
        for client in clients.all { await client.lane?.quiet(patience: patience) }
    }

    // MARK: - The end

    /// Waits for what is under way. Nobody can move the manual clocks any more, so their calls are ended; the others
    /// have the time that the command line gives them.
    private func drain() {
        wait { [self] in
            await quiet(patience: options.grace)
            for client in clients.all where client.lane != nil { await client.client.shutdown(grace: .zero) }
        }
        let isDone = places.waitUntilEmpty(options.grace) && manualPlaces.waitUntilEmpty(options.grace)
        guard !isDone else { return }
        wait { [self] in
            for client in clients.all { await client.client.shutdown(grace: .zero) }
        }
        _ = places.waitUntilEmpty(.seconds(5)) && manualPlaces.waitUntilEmpty(.seconds(5))
    }

    /// Blocks the reading thread for a task.
    private func wait(for operation: @escaping @Sendable () async -> Void) {
        let done = DispatchSemaphore(value: 0)
        ClientRuntime.system.start {
            await operation()
            done.signal()
        }
        done.wait()
    }
}
