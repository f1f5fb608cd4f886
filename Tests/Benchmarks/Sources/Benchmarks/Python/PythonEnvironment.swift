import Foundation

/// A virtual environment of Python with the libraries, made once and kept in a directory for caches.
struct PythonEnvironment: Sendable {
    let python: String
    let driver: String

    /// Where it is kept.
    static var directory: URL {
        let caches = ProcessInfo.processInfo.environment["XDG_CACHE_HOME"].map { URL(filePath: $0) }
        let home = FileManager.default.homeDirectoryForCurrentUser.appending(path: ".cache")
        return (caches ?? home).appending(path: "resilient-http-benchmarks/python")
    }

    /// Finds it, or makes it, which needs Python 3 with venv and the package index. Throws what there is to say.
    init(_ progress: Progress) throws {
        let directory = Self.directory
        python = directory.appending(path: "bin/python3").path
        driver = directory.appending(path: "driver.py").path
        let ready = directory.appending(path: "ready").path
        if !FileManager.default.fileExists(atPath: ready) {
            guard let found = ChildProcess.find("python3") else {
                throw ChildProcess.Failure(description: "there is no python3")
            }
            progress.say("once: making a Python environment in \(directory.path)")
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            _ = try ChildProcess.output(of: found, ["-m", "venv", directory.path])
            // One that cannot be had must not cost the others.
            for library in PythonLibrary.allCases {
                progress.say("once: pip install \(library)")
                let arguments = [
                    "-m", "pip", "install", "--quiet", "--timeout", "15", "--retries", "1", library.rawValue,
                ]
                do {
                    _ = try ChildProcess.output(of: python, arguments)
                } catch {
                    progress.say("\(error)")
                    guard library != PythonLibrary.allCases.first else { throw error }
                }
            }
            try Data().write(to: URL(filePath: ready))
        }
        try Data(PackageResources.driver_py).write(to: URL(filePath: driver))
    }
}
