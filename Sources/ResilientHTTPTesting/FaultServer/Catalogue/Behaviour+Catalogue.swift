import Foundation

extension FaultServer.Behaviour {
    /// Every behaviour that this server knows, each with fixed parameters, a stable name, and what comes of it: for
    /// tests that want them all, for storms, and for documentation. The names are distinct.
    ///
    /// ```swift
    /// for entry in FaultServer.Behaviour.catalogue where entry.isSurvivableByURLSession && !entry.needsOwnServer {
    ///     server.script("/\(entry.name)", [entry.behaviour])
    /// }
    /// ```
    public static let catalogue: [FaultServer.CatalogueEntry] = [
        FaultServer.CatalogueEntry.answers, FaultServer.CatalogueEntry.keepAlive, FaultServer.CatalogueEntry.paces,
        FaultServer.CatalogueEntry.breaks, FaultServer.CatalogueEntry.lengths, FaultServer.CatalogueEntry.chunks,
        FaultServer.CatalogueEntry.interims, FaultServer.CatalogueEntry.codings, FaultServer.CatalogueEntry.heads,
        FaultServer.CatalogueEntry.uploads, FaultServer.CatalogueEntry.connections,
    ].flatMap { $0 }
}

extension FaultServer.CatalogueEntry {
    /// The answer of `Behaviour.ok`.
    static let ok = Answer(status: 200, body: Data("ok".utf8))

    static func text(_ text: String) -> Answer {
        Answer(status: 200, body: Data(text.utf8))
    }
}
