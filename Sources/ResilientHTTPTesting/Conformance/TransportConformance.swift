public import ResilientHTTP
import Synchronization

/// Runs a transport through what every transport has to do: one check a requirement, over a server that plays along.
///
/// It is for whoever writes a `Transport`, and works in every test framework. What a transport cannot do is a
/// declared capability; where one is absent, the check looks instead at what the transport does about it, and the
/// report says so. Nothing is left out in silence.
///
/// ```swift
/// // Swift Testing: every check by its name
/// @Test(arguments: TransportConformance.checks)
/// func conforms(_ check: TransportConformance.Check) async throws {
///     try await FaultConformanceServer.withServer { server in
///         try await TransportConformance(server: server) { MyTransport() }.verify(check)
///     }
/// }
///
/// // XCTest: all of them, with a table when something fails
/// func testMyTransportConforms() async throws {
///     let report = try await FaultConformanceServer.withServer { server in
///         await TransportConformance(server: server) { MyTransport() }.run()
///     }
///     XCTAssertTrue(report.failures.isEmpty, "\(report)")
/// }
/// ```
///
/// The checks use real time, most of them some milliseconds; a hanging transport fails its check and holds up nothing.
public struct TransportConformance: Sendable {
    /// Every check, in the order in which ``run(_:)`` goes through them.
    public static let checks: [Check] =
        Check.requests + Check.answers + Check.bodies + Check.uploads + Check.once + Check.failures + Check.time
        + Check.cancellations + Check.shutdowns + Check.connections + Check.streams + Check.capabilities
        + Check.secure

    /// The header fields that a transport may send although the caller did not set them. Content-Type and Expect only
    /// with a body.
    public static let fieldsOfTheTransport: [HeaderFields.Name] = [
        .host, .connection, .contentLength, .accept, .acceptEncoding, .userAgent, .contentType,
        HeaderFields.Name(constant: "Accept-Language"), HeaderFields.Name(constant: "Transfer-Encoding"),
        HeaderFields.Name(constant: "Expect"),
    ]

    let server: any ConformanceServer
    let secure: SecureConformanceServers?
    let makeTransport: @Sendable () -> any Transport
    let exemptions: [Exemption]
    let slack: Duration
    let bound: Duration
    /// How many descriptors the process has open.
    var countDescriptors: @Sendable () -> Int? = { Descriptors.count }
    private let numbers = Numbers()

    /// Makes a suite.
    ///
    /// - Parameters:
    ///   - server: what the requests go to.
    ///   - secure: servers over TLS; without one, the checks that take it are not made. Default: none.
    ///   - exemptions: checks that must not be run with this transport, with the reason that the report gives.
    ///   - slack: how much later than a time limit, a cancellation or a shutdown a call may end, for slow machines.
    ///     Default: 3 s.
    ///   - bound: after which time a check has failed, whatever the transport does. Default: 20 s.
    ///   - makeTransport: makes a transport; every check gets its own and shuts it down.
    public init(
        server: any ConformanceServer,
        secure: SecureConformanceServers? = nil,
        exemptions: [Exemption] = [],
        slack: Duration = .seconds(3),
        bound: Duration = .seconds(20),
        makeTransport: @escaping @Sendable () -> any Transport
    ) {
        self.server = server
        self.secure = secure
        self.makeTransport = makeTransport
        self.exemptions = exemptions
        self.slack = slack
        self.bound = bound
    }

    /// Runs checks one after the other, by default all.
    public func run(_ checks: [Check] = Self.checks) async -> ConformanceReport {
        let transport = makeTransport()
        var report = ConformanceReport(transport: "\(type(of: transport))", capabilities: transport.capabilities)
        await abandon(transport)
        for check in checks { report.entries.append(await examine(check)) }
        return report
    }

    /// Runs one check. Throws a ``ConformanceFailure`` when the transport does not meet it, `CancellationError` when
    /// the task is cancelled.
    @discardableResult
    public func verify(_ check: Check) async throws -> ConformanceReport.Entry {
        let entry = await examine(check)
        try Task.checkCancellation()
        if let failure = entry.failure { throw failure }
        return entry
    }
}

// MARK: - One check

extension TransportConformance {
    private func examine(_ check: Check) async -> ConformanceReport.Entry {
        var entry = ConformanceReport.Entry(check)
        if let exemption = exemptions.first(where: { $0.check == check.id }) {
            entry.outcome = .notChecked
            entry.reason = exemption.reason
            return entry
        }
        let transport = makeTransport()
        var part = check.part
        if let capability = check.requires, !capability.isDeclared(by: transport.capabilities) {
            entry.outcome = .declaredAbsent
            entry.capability = capability
            entry.checkedInstead = check.instead.title
            part = check.instead
        }
        if let missing = part.needs.first(where: { !server.observes.contains($0) }) {
            entry.outcome = .notChecked
            entry.reason = "\(type(of: server)) cannot observe \(missing)"
        } else if let place = part.place, secure?.urls[place] == nil {
            entry.outcome = .notChecked
            entry.reason = "the suite was not given \(place)"
        } else if let reason = part.impossible {
            entry.outcome = .notChecked
            entry.reason = reason
        } else {
            await perform(part, of: check, with: transport, into: &entry)
        }
        await abandon(transport)
        return entry
    }

    private func perform(
        _ part: Check.Part,
        of check: Check,
        with transport: any Transport,
        into entry: inout ConformanceReport.Entry
    ) async {
        let trial = Trial(
            server: server,
            secure: secure,
            transport: transport,
            make: makeTransport,
            prefix: "/conformance/\(numbers.next())-\(check.id)",
            slack: slack,
            descriptors: countDescriptors
        )
        let began = trial.runtime.now
        do {
            // The library's own race: whatever the transport does, the suite goes on.
            try await trial.context(deadline: bound, kind: .total).race(reachedServer: .no) {
                do {
                    try await part.run(trial)
                } catch let mismatch as Mismatch {
                    throw mismatch
                } catch {
                    throw Mismatch(expected: "no error", seen: Mismatch.text(error))
                }
            }
        } catch let mismatch as Mismatch {
            entry.fail(mismatch)
        } catch is CancellationError {
            entry.outcome = .notChecked
            entry.reason = "the suite was cancelled"
        } catch {
            entry.fail(Mismatch(expected: "an end within \(bound.decimalSeconds) s", seen: "the check still hangs"))
        }
        entry.seconds = (trial.runtime.now - began).decimalSeconds
    }

    /// Frees a transport. Those that hang at it are found by the checks of the shutdown and hold up nobody else.
    private func abandon(_ transport: any Transport) async {
        let flight = Flight(runtime: .system) { await transport.shutdown() }
        _ = await flight.outcome(within: .milliseconds(250))
    }

    /// Numbers for paths, so that checks that run at the same time on one server do not meet.
    private final class Numbers: Sendable {
        private let last = Atomic(0)

        func next() -> Int {
            last.add(1, ordering: .relaxed).newValue
        }
    }
}
