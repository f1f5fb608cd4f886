import Foundation

/// Numbers as people read them.
enum NumberText {
    /// With blanks between the thousands; an en dash for none.
    static func text(_ value: Double?, decimals: Int) -> String {
        guard let value, value.isFinite else { return "–" }
        let plain = String(format: "%.\(decimals)f", value)
        let parts = plain.split(separator: ".", omittingEmptySubsequences: false)
        var whole = ""
        for (index, digit) in parts[0].reversed().enumerated() {
            if index > 0, index % 3 == 0, digit != "-" { whole.append(" ") }
            whole.append(digit)
        }
        return String(whole.reversed()) + parts.dropFirst().map { ".\($0)" }.joined()
    }
}
