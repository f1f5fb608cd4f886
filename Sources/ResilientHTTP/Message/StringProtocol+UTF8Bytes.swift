extension StringProtocol {
    /// Calls the closure with the text's UTF-8 bytes; copies them only where they are not contiguous already, which
    /// strings bridged from Objective-C may not be.
    package func withUTF8Bytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        utf8.withContiguousStorageIfAvailable(body) ?? Array(utf8).withUnsafeBufferPointer(body)
    }
}
