#if os(Linux)
import CLibcurl

extension EasyHandle {
    /// What libcurl calls, on the loop's thread and only while the loop turns.
    static let callbacks = clibcurl_callbacks(
        on_header: { bytes, _, count, owner in
            handle(owner).header(UnsafeRawBufferPointer(start: bytes, count: count)) ? count : 0
        },
        on_body: { bytes, _, count, owner in
            handle(owner).piece(UnsafeRawBufferPointer(start: bytes, count: count))
        },
        on_upload: { bytes, one, count, owner in
            handle(owner).fill(UnsafeMutableRawBufferPointer(start: bytes, count: one * count))
        },
        on_rewind: { owner, offset, _ in handle(owner).rewind(to: Int(offset)) ? 0 : 1 },
        on_sending: { owner, _, _, _, port in handle(owner).mayBeSent(from: port) ? 0 : 1 }
    )

    /// The handle that C code knows by its address.
    static func handle(_ owner: UnsafeMutableRawPointer) -> EasyHandle {
        Unmanaged<EasyHandle>.fromOpaque(owner).takeUnretainedValue()
    }
}
#endif
