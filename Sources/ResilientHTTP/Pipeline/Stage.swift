/// A middleware with its name in the pipeline.
public struct Stage: Sendable {
    /// The name, unique in a pipeline.
    public let name: StageName
    /// What handles the requests.
    public let middleware: any Middleware

    /// Names a middleware.
    public init(_ name: StageName, _ middleware: any Middleware) {
        self.name = name
        self.middleware = middleware
    }
}

/// Where a custom stage goes in the pipeline.
public struct StagePosition: Sendable, Hashable {
    enum Anchor: Hashable {
        case outermost
        case innermost
        case before(StageName)
        case after(StageName)
    }

    let anchor: Anchor

    /// Before every other stage: sees each call once, before validation.
    public static let outermost = StagePosition(anchor: .outermost)
    /// After every other stage: sees each attempt as it goes to the transport.
    public static let innermost = StagePosition(anchor: .innermost)

    /// Just outside a built-in stage, at its place in the standard order even when that stage is off.
    public static func before(_ stage: StageName) -> StagePosition {
        StagePosition(anchor: .before(stage))
    }

    /// Just inside a built-in stage, at its place in the standard order even when that stage is off.
    public static func after(_ stage: StageName) -> StagePosition {
        StagePosition(anchor: .after(stage))
    }
}

/// A stage of the user's own and its place.
public struct CustomStage: Sendable {
    /// The stage.
    public let stage: Stage
    /// Its place among the built-in ones.
    public let position: StagePosition

    /// Places a middleware; custom stages at the same place keep the order in which they are listed.
    public init(_ name: StageName, _ middleware: any Middleware, at position: StagePosition) {
        stage = Stage(name, middleware)
        self.position = position
    }
}
