import ExampleSupport
import Foundation

/// `swift run FaultStorm`: tens of thousands of requests to a server that does everything wrong that it can.
@main
enum FaultStorm {
    static func main() async {
        exit(await run(Array(CommandLine.arguments.dropFirst())).rawValue)
    }

    private static func run(_ arguments: [String]) async -> ExitCode {
        do {
            return try await Program(Options(arguments)).run()
        } catch let error as UsageError {
            Console(.error).write("FaultStorm: \(error)\nTry --help.\n")
            return .usage
        } catch {
            Console(.error).write("FaultStorm: \(error)\n")
            return .software
        }
    }
}
