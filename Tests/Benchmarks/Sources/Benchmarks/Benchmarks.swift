import Dispatch
import Foundation
import Synchronization

/// The program: what the pipeline and the transports cost, beside their peers.
@main
enum Benchmarks {
    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        ProcessUsage.raiseDescriptorLimit()
        let status = Mutex<Int32>(0)
        // Nothing is measured on the main actor: a call from there pays for a hop that servers do not have. And waiting
        // here and not with `await` keeps the main thread alive, which valgrind needs.
        let done = DispatchSemaphore(value: 0)
        Task.detached {
            do {
                try await run(arguments)
            } catch {
                FileHandle.standardError.write(Data("\(error)\n".utf8))
                status.withLock { $0 = error is UsageProblem ? 2 : 1 }
            }
            done.signal()
        }
        done.wait()
        exit(status.withLock { $0 })
    }

    private static func run(_ arguments: [String]) async throws {
        switch arguments.first {
        case FaultServerProcess.argument: return try await FaultServerProcess.serve()
        case EfficiencyChild.argument: return try await EfficiencyChild.run(Array(arguments.dropFirst()))
        default: break
        }
        let options = try BenchmarkOptions(arguments)
        guard !options.wantsHelp else { return print(BenchmarkOptions.help) }
        let run = Run(options)
        do {
            let report = try await ReportWriter(run).write()
            await run.servers.end()
            guard report.isComplete else { throw Incomplete() }
        } catch {
            run.progress.end()
            await run.servers.end()
            throw error
        }
    }

    /// What failed is in the report.
    private struct Incomplete: Error, CustomStringConvertible {
        let description = "not all of it could be measured"
    }
}
