/// A coding key made from any text.
package struct AnyKey: CodingKey {
    package let stringValue: String
    package let intValue: Int? = nil

    package init(_ text: String) {
        stringValue = text
    }

    package init?(stringValue: String) {
        self.init(stringValue)
    }

    package init?(intValue: Int) {
        nil
    }
}
