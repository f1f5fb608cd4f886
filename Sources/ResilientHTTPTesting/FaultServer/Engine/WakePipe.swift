#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The pipe by which other threads end the loop's wait.
struct WakePipe {
    let reader: Int32
    let writer: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw FaultServerError.systemCall("pipe", errno) }
        reader = ends[0]
        writer = ends[1]
        setDescriptorFlags(reader)
        setDescriptorFlags(writer)
    }

    /// A full pipe is as good as one more byte, so the result does not matter.
    func wake() {
        var byte: UInt8 = 0
        _ = write(writer, &byte, 1)
    }

    func drain() {
        var bytes = [UInt8](repeating: 0, count: 256)
        while read(reader, &bytes, bytes.count) == bytes.count {}
    }

    func close() {
        closeDescriptor(reader)
        closeDescriptor(writer)
    }
}
