/// Refuses what must not be sent, before it costs anything: one error that names every problem.
final class ValidationStage: Middleware {
    private let configuration: ValidationConfiguration
    private let validators: [RequestValidator]
    private let warn: (@Sendable (String) -> Void)?

    init(
        configuration: ValidationConfiguration,
        validators: [RequestValidator],
        warn: (@Sendable (String) -> Void)?
    ) {
        self.configuration = configuration
        self.validators = validators
        self.warn = warn
    }

    @inline(__always)
    func intercept(_ request: ClientRequest, context: RequestContext, next: Next) async throws -> ClientResponse {
        try check(request, context)
        return try await next(request, context: context)
    }

    @inline(never)
    private func check(_ request: ClientRequest, _ context: RequestContext) throws {
        let objection = URLPolicy(configuration: configuration).objection(to: request.target)
        let problems = problems(of: request, context: context)
        if objection != nil || !problems.isEmpty {
            let texts = [objection?.message].compactMap { $0 } + problems
            throw ResilientError(
                objection?.code ?? .invalidRequest,
                Redactor.standard.redact(texts.joined(separator: "; ")),
                reachedServer: .no
            )
        }
        context.explain(.validation, .passed)
    }

    private func problems(of request: ClientRequest, context: RequestContext) -> [String] {
        var problems: [String] = []
        MessageRules.check(request, maxHeaderBytes: configuration.maxHeaderBytes, into: &problems)
        if let limit = configuration.maxBodyBytes, let length = request.body.length, length > limit {
            problems.append("the body is larger than \(limit) bytes")
        }
        for validator in validators {
            if let problem = validator.problem(of: request, options: context.options) { problems.append(problem) }
        }
        if let problem = tokenProblem(of: request) {
            if configuration.tokenFormat == .throw {
                problems.append(problem)
            } else {
                context.explain(.validation, .note("warning: \(problem)"))
                warn?(problem)
            }
        }
        return problems
    }

    private func tokenProblem(of request: ClientRequest) -> String? {
        guard configuration.tokenFormat != .ignore, let value = request.headers[.authorization],
            let token = Self.bearerToken(in: value)
        else { return nil }
        return TokenFormat.problem(in: token).map { "the bearer token \($0)" }
    }

    /// What follows the scheme `Bearer`, whatever its case; nil for another scheme. By bytes: every call asks.
    private static func bearerToken(in value: String) -> Substring? {
        let scheme: StaticString = "bearer"
        let length = scheme.utf8CodeUnitCount
        let isBearer = value.withUTF8Bytes { bytes in
            guard bytes.count >= length, bytes.count == length || bytes[length] == 0x20 else { return false }
            return (0..<length).allSatisfy { bytes[$0] | 0x20 == scheme.utf8Start[$0] }
        }
        return isBearer ? Substring(value.utf8.dropFirst(length).drop { $0 == 0x20 }) : nil
    }
}
