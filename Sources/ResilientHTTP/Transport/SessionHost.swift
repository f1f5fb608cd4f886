import Dispatch
import Foundation
import Synchronization

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// A URLSession with its delegate, used from one queue only.
///
/// Starting, cancelling and finishing happen on that serial queue of our own: those calls wait for URLSession's one
/// queue, which must not cost a Swift thread (rule 3); a task is cancelled after its `resume()` has returned, never
/// twice at once (rule 4); and no task is made on a session that has been finished, which would trap.
///
/// The session retains its delegate and the delegate only exchanges under way, so nothing here keeps the transport.
final class SessionHost: Sendable {
    private let queue: DispatchQueue
    private let delegate = SessionDelegate()
    /// The exchanges under way, and whether the session goes when there are none.
    private let uses = Mutex((count: 0, isLast: false))
    /// Nil once finished; the sockets close with the last reference. Used on ``queue`` only.
    private let session: Mutex<URLSession?>

    init(_ configuration: URLSessionConfiguration, queue: DispatchQueue) {
        self.queue = queue
        #if canImport(FoundationNetworking)
        let delegateQueue: OperationQueue? = DelegateQueue()
        #else
        let delegateQueue: OperationQueue? = nil
        #endif
        session = Mutex(URLSession(configuration: configuration, delegate: delegate, delegateQueue: delegateQueue))
        queue.async { Self.loadErrorTexts }
    }

    /// Foundation looks up the text of an error while it has a closing socket in its hands, and the first look-up of a
    /// process searches the disk. While that lasts, an event on the socket can end the process inside Dispatch
    /// (swift-corelibs-foundation #4791; seen once with a cold disk). So the first look-up happens here, before the
    /// first request.
    private static let loadErrorTexts: Void = {
        _ = Bundle.main.localizedString(forKey: "URLSession", value: nil, table: nil)
    }()

    /// Notes that an exchange will be started here; never after ``finishAfterUse()``.
    func beginUse() {
        uses.withLock { $0.count += 1 }
    }

    /// Notes that URLSession has let go of an exchange.
    func endUse() {
        let isOver = uses.withLock { uses in
            uses.count -= 1
            return uses.isLast && uses.count == 0
        }
        if isOver { finish() }
    }

    /// Lets the session go when the exchanges under way have ended (rule 4).
    func finishAfterUse() {
        let isOver = uses.withLock { uses in
            uses.isLast = true
            return uses.count == 0
        }
        if isOver { finish() }
    }

    /// Sends an exchange's request in the background.
    func start(_ exchange: Exchange) {
        queue.async { [self] in
            guard let session = session.withLock({ $0 }) else {
                exchange.fail(CallRegistry.closed)
                return
            }
            // Rule 16: a task that was cancelled beforehand would still send its request.
            guard exchange.claimStart() else { return }
            let outgoing = exchange.outgoing
            let task: URLSessionTask =
                if let file = outgoing.file {
                    session.uploadTask(with: outgoing.request, fromFile: file)
                } else if let upload = outgoing.upload {
                    session.uploadTask(with: outgoing.request, from: upload)
                } else {
                    session.dataTask(with: outgoing.request)
                }
            delegate.add(exchange, for: task)
            exchange.began(task)
            task.resume()
        }
    }

    /// Cancels an exchange's task in the background and gives its connection back.
    func cancel(_ exchange: Exchange) {
        queue.async { [self] in
            if let task = exchange.claimCancel() {
                delegate.remove(task)
                // Rule 4: never twice, never at the same time as `resume()`. URLSession takes the request off the
                // wire before it starts any that comes later, so the place is free from here on.
                task.cancel()
            }
            exchange.leaveWire()
        }
    }

    /// Lets the session go when its tasks have ended. `whenDone` is called when no task can start any more.
    ///
    /// Never `invalidateAndCancel`, which races with tasks that end by themselves (rule 4): the exchanges have been
    /// ended before.
    func finish(whenDone: @escaping @Sendable () -> Void = {}) {
        queue.async { [self] in
            let finished = session.withLock { session in
                defer { session = nil }
                return session
            }
            finished?.finishTasksAndInvalidate()
            whenDone()
        }
    }
}
