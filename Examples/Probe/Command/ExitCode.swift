/// What the program tells the shell.
enum ExitCode: Int32 {
    /// The input has ended and every line is answered.
    case success = 0
    /// `EX_USAGE` of sysexits.h.
    case usage = 64
    /// `EX_IOERR`: nobody takes the output.
    case outputLost = 74
}
