/// What the program tells the shell.
enum ExitCode: Int32 {
    /// Everything recoverable was recovered and nothing was done twice.
    case success = 0
    /// The check at the end found something; the text says what.
    case failure = 1
    /// `EX_USAGE` of sysexits.h.
    case usage = 64
    /// `EX_SOFTWARE`: the run did not end in its time, or the embedded server did not start.
    case software = 70
}
