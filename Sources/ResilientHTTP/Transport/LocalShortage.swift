import Foundation

/// Tells what this process lacks from what a server does wrong: libcurl says of both that it could not connect.
enum LocalShortage {
    /// The error of a process that has no descriptor left at this moment; nil while there are some.
    static func error() -> ResilientError? {
        let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
        guard descriptor < 0 else {
            close(descriptor)
            return nil
        }
        guard errno == EMFILE || errno == ENFILE else { return nil }
        return ResilientError(
            .resourcesExhausted,
            "no file descriptor is left for a connection; raise the limit (ulimit -n), or lower pool.max_connections",
            reachedServer: .no
        )
    }
}
