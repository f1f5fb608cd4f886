import Dispatch
import Foundation

#if canImport(FoundationNetworking)
/// The queue on which a session tells its delegate what has happened, with room for so much and no more.
///
/// URLSession on Linux puts each piece of a body, at most 16 KiB, onto this queue and never asks how long it has become:
/// what reads slower than the server sends would fill the memory. When this queue is full, URLSession waits with its one
/// thread until there is room again. Nothing on the queue waits for URLSession (rule 16), so there always will be.
///
/// `@unchecked` is `OperationQueue`'s own, and has to be said again.
final class DelegateQueue: OperationQueue, @unchecked Sendable {
    /// 64 MiB of pieces. Large, because nobody else's requests move while URLSession waits.
    static let limit = 4096

    private let room: DispatchSemaphore

    init(limit: Int = DelegateQueue.limit) {
        room = DispatchSemaphore(value: limit)
        super.init()
        maxConcurrentOperationCount = 1
    }

    override func addOperation(_ block: @escaping @Sendable () -> Void) {
        room.wait()
        super.addOperation { [room] in
            block()
            room.signal()
        }
    }
}
#endif
