import Foundation
import Synchronization

/// Feeds a channel from a sequence of somebody else's: the reader then depends on the channel alone, and the sequence
/// may be as slow or as deaf as it likes.
final class BodyPump: Sendable {
    private let demand = Mutex<OneShot<Void>?>(nil)
    private let task = Mutex<Task<Void, Never>?>(nil)

    /// Starts reading `chunks`, up to the channel's capacity ahead of its reader.
    static func channel(of foreign: ForeignChunks, _ context: RequestContext, capacity: Int) -> BodyChannel {
        let runtime = context.runtime
        let pump = BodyPump()
        let channel = BodyChannel(capacity: capacity, onDemand: { pump.wake() }, onStop: { pump.stop(runtime) })
        let task = runtime.start {
            do {
                for try await chunk in ResponseBody(storage: .chunks(foreign)) {
                    switch channel.write(chunk) {
                    case .more: break
                    case .pause: await pump.pause(until: channel)
                    case .stop: return
                    }
                }
                channel.finish()
            } catch {
                channel.finish(throwing: error)
            }
        }
        pump.task.withLock { $0 = task }
        return channel
    }

    private func pause(until channel: BodyChannel) async {
        let shot = OneShot<Void>()
        demand.withLock { $0 = shot }
        // The reader may have made room, or gone, before anybody waited for it.
        if channel.wantsMore { wake() }
        try? await shot.value()
    }

    private func wake() {
        let shot = demand.withLock { demand in
            defer { demand = nil }
            return demand
        }
        shot?.resolve(.success(()))
    }

    /// Cancelled elsewhere: it runs the sequence's own handlers, which may block.
    private func stop(_ runtime: ClientRuntime) {
        wake()
        guard let task = task.withLock({ $0 }) else { return }
        runtime.start { task.cancel() }
    }
}
