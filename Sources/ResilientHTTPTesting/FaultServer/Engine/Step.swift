extension FaultServer {
    /// One thing that a connection does while it answers; a behaviour is a list of these.
    enum Step {
        case send(ArraySlice<UInt8>)
        /// Sends `piece` bytes, waits `interval` nanoseconds, and so on.
        case drip(ArraySlice<UInt8>, piece: Int, interval: UInt64)
        /// Sends what the iterator makes, one element after the other, so that a large body needs no memory.
        case produce(any IteratorProtocol<[UInt8]>)
        /// Waits so many nanoseconds.
        case pause(UInt64)
        /// Sends FIN.
        case close
        /// Sends RST.
        case reset
        /// Does nothing until the peer closes.
        case hang
        /// Waits for bytes of a next request, takes them, and ends the connection by FIN or RST.
        case endOnNextBytes(reset: Bool)

        static func send(_ bytes: [UInt8]) -> Step { .send(bytes[...]) }
        static func send(_ text: String) -> Step { .send(Array(text.utf8)[...]) }
    }
}
