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
}
