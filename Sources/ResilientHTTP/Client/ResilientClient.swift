public import Foundation

/// An HTTP client that keeps working when the services it calls do not.
///
/// A client is a transport behind a pipeline of stages. Make one for a service, share it, and shut it down at the
/// end; it is safe to use from any task.
///
/// ```swift
/// let client = try ResilientClient(baseURL: URL(string: "https://api.example.com/v1")!)
/// let user = try await client.get("/users/1").decode(User.self)
/// await client.shutdown()
/// ```
public final class ResilientClient: Sendable {
    /// What the client was made from.
    public let configuration: Configuration

    let calls: CallRegistry
    let lease: TransportLease
    let runtime: ClientRuntime
    private let dependencies: Dependencies
    let pipeline: Pipeline
    private let stageNames: Set<StageName>
    let stageState: StageState
    let requestIDs: RequestIDSource
    private let defaults: RequestDefaults

    /// Makes a client.
    ///
    /// Throws one configuration error that lists every problem of the configuration with its path.
    public convenience init(_ configuration: Configuration = .recommended, dependencies: Dependencies = Dependencies())
        throws
    {
        let problems = configuration.problems + dependencies.problems(with: configuration)
        guard problems.isEmpty else { throw ResilientError.configuration(problems) }
        let transport = dependencies.transport ?? URLSessionTransport(pool: configuration.pool)
        try self.init(
            configuration,
            dependencies,
            lease: TransportLease(transport, isOwned: dependencies.ownsTransport, runtime: dependencies.runtime),
            previous: nil
        )
    }

    /// Makes a client for a service, with the recommended configuration.
    ///
    /// Throws a configuration error when the URL is not an http or https one.
    public convenience init(baseURL: URL, dependencies: Dependencies = Dependencies()) throws {
        try self.init(Configuration(baseURL: baseURL), dependencies: dependencies)
    }

    private init(
        _ configuration: Configuration,
        _ dependencies: Dependencies,
        lease: TransportLease,
        previous: StageState?
    ) throws {
        let state = try StageState(configuration, dependencies, previous: previous)
        let calls = CallRegistry()
        let requestIDs = RequestIDSource(dependencies.runtime)
        let factory = StageFactory(
            configuration: configuration,
            dependencies: dependencies,
            state: state,
            background: BackgroundCalls(calls, requestIDs)
        )
        let stages = try factory.makeStages()
        self.calls = calls
        self.requestIDs = requestIDs
        self.configuration = configuration
        self.dependencies = dependencies
        self.lease = lease
        stageState = state
        runtime = dependencies.runtime
        stageNames = Set(stages.map(\.name))
        defaults = RequestDefaults(configuration)
        pipeline = Pipeline(
            stages: stages,
            transport: lease.transport,
            defaults: defaults,
            boundary: OriginBoundary(configuration)
        )
    }

    /// A copy with another configuration: `client.with { $0.timeouts.attempt = .seconds(120) }`.
    ///
    /// The copy shares the transport (unless it asks for another pool) and what the stages remember (retry budget,
    /// breakers, queue, limits), as far as their settings are the same. Each copy is shut down by itself; the transport ends with the last of them.
    ///
    /// Throws one configuration error that lists every problem, and `clientClosed` after a shutdown.
    public func with(_ change: (inout Configuration) throws -> Void) throws -> ResilientClient {
        var configuration = configuration
        try change(&configuration)
        try configuration.validate()
        guard let shared = lease.copy() else { throw CallRegistry.closed }
        let needsOwnTransport = dependencies.transport == nil && configuration.pool != self.configuration.pool
        return try ResilientClient(
            configuration,
            dependencies,
            lease: needsOwnTransport
                ? TransportLease(URLSessionTransport(pool: configuration.pool), isOwned: true, runtime: runtime)
                : shared,
            previous: stageState
        )
    }

    /// The stages of the pipeline, outermost first.
    public var stages: [StageName] { pipeline.stages.map(\.name) }

    /// How many calls are under way.
    public var callsInFlight: Int { calls.count }

    /// Sends a request and returns the answer, whatever its status.
    ///
    /// Throws ``ResilientError`` when there is no answer, and `CancellationError` when the task is cancelled.
    @concurrent
    public func send(_ request: ClientRequest, options: RequestOptions = RequestOptions()) async throws
        -> ClientResponse
    {
        try await execute(request, options: options)
    }

    @inline(__always)
    func execute(
        _ request: ClientRequest,
        options: RequestOptions,
        onUpload: (@Sendable (TransferProgress) -> Void)? = nil
    ) async throws -> ClientResponse {
        let call = try begin(request, options, body: .bytes(limit: responseLimit(options)), onUpload: onUpload)
        defer { calls.end(call) }
        return try await perform(request, call)
    }

    /// Enters a call, which is to be ended. Throws when its task is cancelled or the client has been shut down.
    @inline(never)
    func begin(
        _ request: ClientRequest?,
        _ options: RequestOptions,
        body: BodyMode,
        id: RequestID? = nil,
        download: DownloadFile? = nil,
        onUpload: (@Sendable (TransferProgress) -> Void)? = nil
    ) throws -> CallRecord {
        try Task.checkCancellation()
        let call = CallRecord(
            requestID: id ?? requestIDs.next(),
            target: request?.target,
            options: options,
            runtime: runtime,
            body: body,
            download: download,
            onUpload: onUpload
        )
        try calls.begin(call)
        return call
    }

    /// The most bytes of a response's body.
    func responseLimit(_ options: RequestOptions) -> Int {
        options.responseLimit ?? configuration.responseLimit ?? .max
    }

    /// Sends a request of a call that has been entered.
    @inline(__always)
    func perform(_ request: ClientRequest, _ call: CallRecord) async throws -> ClientResponse {
        do {
            let response = try await entrance(call)(request, context: context(of: call, for: request))
            if response.body.isGoverned { return completed(response, call) }
            return try await bounded(response, call)
        } catch {
            throw failed(error, call)
        }
    }

    @inline(never)
    private func completed(_ response: ClientResponse, _ call: CallRecord) -> ClientResponse {
        var response = response
        // Without stages the call ends with its one attempt.
        if !pipeline.stages.isEmpty { call.noteEnd() }
        response.call = call
        return response
    }

    @inline(never)
    private func entrance(_ call: CallRecord) -> Next {
        defaults.change(call.options) ? pipeline.changingEntrance : pipeline.entrance
    }

    @inline(never)
    private func failed(_ error: any Error, _ call: CallRecord) -> any Error {
        guard var error = error as? ResilientError else { return error }
        call.noteEnd()
        error.describe(call)
        return error
    }

    /// A custom stage outside the attempts may have answered with a stream of its own.
    @inline(never)
    private func bounded(_ response: ClientResponse, _ call: CallRecord) async throws -> ClientResponse {
        var response = response
        let options = call.options
        var context = RequestContext(call: call)
        context.wireTimeouts.idle = configuration.timeouts.idle(of: context)
        let deadline = (options.totalTimeout ?? configuration.timeouts.total).map { total in
            Deadline(call.startedAt + total, kind: .total, timeout: total)
        }
        response.body = Pipeline.bounded(response.body, deadline: deadline, context)
        if !context.body.isStream {
            response.body = try await response.body.inMemory(limit: context.body.limit)
        }
        return completed(response, call)
    }

    /// Throws `originRefused`, and a configuration error for options that this client cannot keep.
    @inline(never)
    private func context(of call: CallRecord, for request: ClientRequest) throws -> RequestContext {
        try defaults.checkOrigin(of: request)
        var context = RequestContext(call: call)
        if defaults.leadAway(request) { context.reach = .named }
        guard !call.options.isDefault else { return context }

        let options = call.options
        var problems = options.problems
        if let attempts = options.maxAttempts, attempts > 1, !stageNames.contains(.retry) {
            problems.append(ConfigurationProblem(path: "max_attempts", message: "this client does not retry"))
        }
        if options.followsRedirects == true, !stageNames.contains(.redirects) {
            problems.append(
                ConfigurationProblem(path: "follows_redirects", message: "this client does not follow redirects")
            )
        }
        func need(_ stage: StageName, _ path: String, _ isGiven: Bool) {
            guard isGiven, !stageNames.contains(stage) else { return }
            problems.append(ConfigurationProblem(path: path, message: "has no effect: the stage '\(stage)' is off"))
        }
        let usesCache = options.cacheMode != nil || options.cacheTTL != nil || !options.cacheTags.isEmpty
        need(.cache, "cache", usesCache && options.cacheMode != .bypass)
        need(.deduplication, "deduplicated", options.isDeduplicated == true)
        need(.hedging, "hedged", options.isHedged == true)
        need(.admission, "priority", options.priority != nil)
        need(.rateLimit, "cost", options.cost != nil)
        guard problems.isEmpty else { throw ResilientError.configuration(problems.map { $0.below("options") }) }

        // A timeout that the caller asks for counts also where the client has no stage for it. (That of an attempt
        // begins with each attempt: see TransportStage.)
        if let total = options.totalTimeout, !stageNames.contains(.deadline) {
            context.tighten(Deadline(call.startedAt + total, kind: .total, timeout: total))
        }
        return context
    }
}

extension ResilientError {
    /// Adds what the call went through.
    mutating func describe(_ call: CallRecord) {
        requestID = call.requestID
        endpoint = call.options.endpoint
        attempts = call.attempts
        explanation = call.explanation
        timings = call.timings
        // Of the whole call: "no" invites to repeat it, and an earlier attempt may have been carried out.
        if reachedServer == .no {
            let reached = attempts.map(\.reachedServer)
            reachedServer = reached.contains(.yes) ? .yes : reached.contains(.maybe) ? .maybe : .no
        }
    }
}
