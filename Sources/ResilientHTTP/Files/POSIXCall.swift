import Foundation

/// Calls of the operating system that say by a negative result that they failed.
enum POSIXCall {
    /// The result, or the error that `errno` names.
    @discardableResult
    static func check(_ result: Int) throws -> Int {
        guard result >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        return result
    }

    /// The result, or the error that `errno` names.
    @discardableResult
    static func check(_ result: CInt) throws -> CInt {
        CInt(truncatingIfNeeded: try check(Int(result)))
    }

    /// Writes all bytes.
    static func write(_ data: Data, to file: CInt) throws {
        var done = 0
        while done < data.count {
            done += try data.withUnsafeBytes { bytes in
                try check(Foundation.write(file, bytes.baseAddress.map { $0 + done }, bytes.count - done))
            }
        }
    }

    /// Reads so many bytes, or as many as there are.
    static func read(_ count: Int, from file: CInt) throws -> Data {
        var data = Data(count: count)
        var done = 0
        while done < data.count {
            let count = try data.withUnsafeMutableBytes { bytes in
                try check(Foundation.read(file, bytes.baseAddress.map { $0 + done }, bytes.count - done))
            }
            if count == 0 { break }
            done += count
        }
        return data.prefix(done)
    }
}
