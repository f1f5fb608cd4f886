/// The stages of a client in their order, and the transport at their end.
///
/// Every stage, the client around them and the transport at their end keep to one shape: what an async function holds
/// while it waits is kept as long as the call waits, and room for temporaries counts too, whether they are in use or not.
/// So such a function awaits little more than what is further in, and what does not suspend, or is rare, is done in
/// functions of its own that are not inlined. A stage's `intercept` is inlined, always: the protocol's way in would keep
/// a frame of its own beside it. Ten thousand waiting calls are small then.
final class Pipeline: Sendable {
    let stages: [Stage]
    /// The whole of the pipeline.
    let entrance: Next
    /// The same for requests that go out otherwise than the caller made them: they are not copied otherwise.
    let changingEntrance: Next

    init(stages: [Stage], transport: any Transport, defaults: RequestDefaults, boundary: OriginBoundary) {
        self.stages = stages
        var link = Next.Link(TransportStage(transport, after: stages.map(\.name), boundary), next: nil)
        for stage in stages.reversed() { link = Next.Link(of: stage.middleware, next: link) }
        entrance = Next(link)
        changingEntrance = Next(Next.Link(defaults, next: link))
    }
}
