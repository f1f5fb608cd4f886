/// A place in a text that holds a secret.
struct Finding {
    /// Where it begins and ends, in bytes.
    let start, end: Int
    /// Whether the mark stands in its place.
    let isMarked: Bool

    /// A text with the mark in place of what was found, which is in order and does not overlap.
    static func replacing(_ findings: [Finding], in text: UnsafeBufferPointer<UInt8>) -> String {
        guard !findings.isEmpty else { return String(decoding: text, as: UTF8.self) }
        var mark = Redactor.mark
        return mark.withUTF8 { mark in
            let size = findings.reduce(text.count) { $0 - ($1.end - $1.start) + ($1.isMarked ? mark.count : 0) }
            return String(unsafeUninitializedCapacity: size) { output in
                var (written, read) = (0, 0)
                func write(_ bytes: UnsafeBufferPointer<UInt8>) {
                    guard let source = bytes.baseAddress, let target = output.baseAddress else { return }
                    (target + written).update(from: source, count: bytes.count)
                    written += bytes.count
                }
                for finding in findings {
                    write(UnsafeBufferPointer(rebasing: text[read..<finding.start]))
                    if finding.isMarked { write(mark) }
                    read = finding.end
                }
                write(UnsafeBufferPointer(rebasing: text[read...]))
                return written
            }
        }
    }
}
