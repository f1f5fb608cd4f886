/// What all sections of a run share.
struct Run: Sendable {
    let options: BenchmarkOptions
    let selection: Selection
    let progress: Progress
    let servers: Servers
    let pythons: Pythons

    init(_ options: BenchmarkOptions) {
        self.options = options
        selection = Selection(options)
        progress = Progress()
        servers = Servers(progress)
        pythons = Pythons(progress)
    }
}
