import Foundation

/// `swift run Probe`: the client behind JSON lines on standard input and output.
@main
enum Probe {
    static func main() async {
        // A reader that goes away is noticed by the write that fails.
        signal(SIGPIPE, SIG_IGN)
        exit(await run(Array(CommandLine.arguments.dropFirst())).rawValue)
    }

    private static func run(_ arguments: [String]) async -> ExitCode {
        do {
            let options = try Options(arguments)
            switch options.task {
            case .lines: return await Session(options).run(reading: STDIN_FILENO)
            case .help: try FileHandle.standardOutput.write(contentsOf: Data(Help.text.utf8))
            case .configuration: try FileHandle.standardOutput.write(contentsOf: Schema.configuration())
            case .options: try FileHandle.standardOutput.write(contentsOf: Schema.options())
            }
            return .success
        } catch {
            try? FileHandle.standardError.write(contentsOf: Data("Probe: \(error)\nTry --help.\n".utf8))
            return error is UsageError ? .usage : .outputLost
        }
    }
}
