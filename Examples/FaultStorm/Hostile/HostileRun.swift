import ExampleSupport
import Foundation
import ResilientHTTP
import ResilientHTTPTesting

/// A campaign: fetches ``HostileResponse``s over few kept connections, and looks at whose response each request gets.
struct HostileRun: Sendable {
    private static let blamesCaller: Set<ResilientError.Code> = [.invalidRequest, .unsupported, .configuration]
    private static let lanes = 16

    private let options: Options
    private let progress: Console

    init(_ options: Options, progress: Console) {
        (self.options, self.progress) = (options, progress)
    }

    func callAsFunction() async throws -> HostileReport {
        let seed = options.seed
        return try await FaultServer.withServer(Self.serverConfiguration) { server in
            server.setHandler { request in
                let number = Int(request.path.dropFirst()) ?? 0
                let response = HostileResponse(seed: seed, number: number)
                return .raw(response.bytes, thenClose: response.closes)
            }
            return try await run(server.url)
        }
    }

    private func run(_ url: URL) async throws -> HostileReport {
        var configuration = Configuration.passthrough
        configuration.timeouts.attempt = .seconds(options.patience)
        configuration.pool.maxPerHost = Self.lanes
        let transport = try StormTransport.named(options.transport).make(configuration.pool)
        let ledger = HostileLedger(options)
        let line = ProgressLine(progress, total: options.requests)
        let began = ContinuousClock.now
        let dependencies = Dependencies(transport: transport)
        try await withResilientClient(configuration, dependencies: dependencies) { client in
            await withTaskGroup { group in
                for _ in 0..<Self.lanes {
                    group.addTask {
                        while true {
                            let number = ledger.nextNumber()
                            guard number < options.requests else { return }
                            await one(number, url, client, ledger)
                            line.advance()
                        }
                    }
                }
            }
        }
        line.end()
        var report = ledger.report
        report.seconds = began.duration(to: .now) / .seconds(1)
        return report
    }

    private func one(_ number: Int, _ url: URL, _ client: ResilientClient, _ ledger: HostileLedger) async {
        let expected = HostileResponse(seed: options.seed, number: number)
        let request = ClientRequest(method: expected.isHead ? .head : .get, url: url.appending(path: "\(number)"))
        do {
            let response = try await client.send(request)
            let marks =
                HostileMark.all(in: response.text, seed: options.seed)
                + response.headers.flatMap { HostileMark.all(in: $0.value, seed: options.seed) }
            ledger.note { report in
                report.answered += 1
                report.damages[expected.damage.rawValue, default: 0] += 1
                if let stranger = marks.first(where: { $0 != expected.mark }) {
                    report.blame(expected, "got \(stranger.number)'s response")
                } else if let body = expected.body, body != response.data {
                    report.blame(expected, "\(response.data.count) bytes and not \(body.count)")
                }
            }
        } catch {
            ledger.note { report in
                report.damages[expected.damage.rawValue, default: 0] += 1
                let code = (error as? ResilientError)?.code
                if expected.body != nil, code == .connectionLost {
                    report.unlucky += 1
                    return
                }
                report.failed[code?.rawValue ?? "untyped", default: 0] += 1
                let blamesCaller = code.map(Self.blamesCaller.contains) ?? true
                if expected.body != nil || blamesCaller { report.blame(expected, "\(error)") }
            }
        }
    }

    private static var serverConfiguration: FaultServer.Configuration {
        var configuration = FaultServer.Configuration()
        configuration.maximumRecordedRequests = 0
        configuration.maximumRecordedConnections = 0
        configuration.maximumRecordedBodyBytes = 0
        configuration.maximumRequestKeys = 0
        return configuration
    }
}
