/// The Python libraries of a run: the environment is looked for once.
actor Pythons {
    private let progress: Progress
    private var environment: Result<PythonEnvironment, any Error>?
    private(set) var versions: [String: String] = [:]

    init(_ progress: Progress) {
        self.progress = progress
    }

    /// A new process for a library. Throws why there is none.
    func start(_ library: PythonLibrary) throws -> PythonPeer {
        let found = environment ?? Result { try PythonEnvironment(progress) }
        environment = found
        let peer = try PythonPeer(library, found.get())
        versions[library.rawValue] = peer.version
        return peer
    }
}
