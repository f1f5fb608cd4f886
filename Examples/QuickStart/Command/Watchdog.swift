import Foundation

/// Ends the process when a run takes too long, whatever hangs and wherever: an example must always end by itself.
enum Watchdog {
    static func start(_ options: Options) {
        // A scripted run takes about 0.1 s a request of `--requests`; a user's server may be slow.
        let limit = 60 + options.requests * (options.url == nil ? 1 : 3)
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(limit)) {
            Console(.error).write("\nQuickStart: given up after \(limit) s\n")
            exit(ExitCode.software.rawValue)
        }
    }
}
