import ExampleSupport
import Foundation

/// `swift run QuickStart`: shows in half a minute what a resilient client is good for.
@main
enum QuickStart {
    static func main() async {
        exit(await run(Array(CommandLine.arguments.dropFirst())).rawValue)
    }

    private static func run(_ arguments: [String]) async -> ExitCode {
        do {
            let options = try Options(arguments)
            if options.wantsHelp {
                Console(.output).write(Help.text)
                return .success
            }
            // A scripted run takes about 0.1 s a request of `--requests`; a user's server may be slow.
            Watchdog.start("QuickStart", seconds: 60 + options.requests * (options.url == nil ? 1 : 3))
            return try await Program(options).run()
        } catch let error as UsageError {
            Console(.error).write("QuickStart: \(error)\nTry --help.\n")
            return .usage
        } catch {
            Console(.error).write("QuickStart: \(error)\n")
            return .software
        }
    }
}
