import ResilientHTTPTesting

/// The catalogue as the documentation has it: a Markdown table.
enum CatalogueTable {
    static var text: String {
        FaultServer.Behaviour.catalogue.reduce(
            """
            | Behaviour | What the server does | Right | URLSession on Linux |
            | --- | --- | --- | --- |

            """
        ) { $0 + $1.documentationRow + "\n" }
    }
}
