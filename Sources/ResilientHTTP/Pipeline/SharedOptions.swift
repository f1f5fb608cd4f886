/// A call's options behind one reference.
///
/// They are large and nearly always at their defaults, so calls share one such value instead of copying it through
/// the pipeline.
package final class SharedOptions: Sendable {
    package let value: RequestOptions

    private static let defaults = SharedOptions(RequestOptions())

    private init(_ value: RequestOptions) {
        self.value = value
    }

    package static func sharing(_ options: borrowing RequestOptions) -> SharedOptions {
        options.isDefault ? defaults : SharedOptions(copy options)
    }

    package var isDefault: Bool { self === Self.defaults }
}
