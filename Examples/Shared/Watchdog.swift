import Foundation

/// Ends the process when a run takes too long, whatever hangs and wherever: an example must always end by itself.
package enum Watchdog {
    package static func start(_ program: String, seconds limit: Int) {
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(limit)) {
            Console(.error).write("\n\(program): given up after \(limit) s\n")
            exit(ExitCode.software.rawValue)
        }
    }
}
