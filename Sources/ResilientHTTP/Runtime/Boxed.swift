/// A value behind a reference: for what is large and rare in something of which there are many.
final class Boxed<Value: Sendable>: Sendable {
    let value: Value

    init(_ value: Value) {
        self.value = value
    }
}
