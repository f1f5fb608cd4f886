/// What an example tells the shell.
package enum ExitCode: Int32 {
    /// All is as the example promises.
    case success = 0
    /// The check at the end found something; the text says what.
    case failure = 1
    /// `EX_USAGE` of sysexits.h.
    case usage = 64
    /// `EX_SOFTWARE`: the run did not end in its time, or could not be carried out.
    case software = 70
}
