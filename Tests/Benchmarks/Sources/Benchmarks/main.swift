import Dispatch
import Foundation

// Nothing is measured on the main actor: a call from there pays for a hop that servers do not have.
let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.contains("--help") {
    print(
        """
        Benchmarks: what the pipeline and the transport cost, measured on this machine in one run.

          swift run -c release Benchmarks [--quick] [--only NAME] [--json]

          --quick      a tenth of the calls
          --only NAME  only the rows whose name contains NAME
          --json       one JSON object a row instead of the table
        """
    )
    exit(0)
}
let options = BenchmarkOptions(arguments)
// Waiting here and not with `await` keeps the main thread alive, which valgrind needs.
let done = DispatchSemaphore(value: 0)
Task.detached {
    if arguments.contains("--serve") {
        await ServerProcess.serve()
        done.signal()
        return
    }
    await PipelineBenchmarks(options: options).run()
    await KeyBenchmarks(options: options).run()
    await TransportBenchmarks(options: options).run()
    await FlightBenchmarks(options: options).run()
    await StreamBenchmarks(options: options).run()
    await WaitingBenchmarks(options: options).run()
    await CacheBenchmarks(options: options).run()
    done.signal()
}
done.wait()
