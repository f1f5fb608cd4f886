/// Finds any number of known texts in one pass (Aho and Corasick, 1975).
///
/// Steps are kept in one table by state and byte, so that memory follows the length of the texts and not the number
/// of letters that could follow.
final class SecretAutomaton: Sendable {
    private let steps: ByteSteps
    private let fallbacks: [Int32]
    /// How long the longest text is that ends with a state; 0 for none.
    private let matches: [Int32]

    init(_ texts: [[UInt8]]) {
        var steps = ByteSteps(count: texts.reduce(1) { $0 + $1.count })
        var (matches, order) = ([Int32(0)], [(state: Int32, parent: Int32, byte: UInt8, depth: Int32)]())
        for text in texts {
            var state: Int32 = 0
            for (depth, byte) in text.enumerated() {
                if let next = steps.next(state, byte) {
                    state = next
                    continue
                }
                let next = Int32(matches.count)
                steps.insert(state, byte, next)
                order.append((next, state, byte, Int32(depth)))
                matches.append(0)
                state = next
            }
            matches[Int(state)] = Int32(text.count)
        }
        var fallbacks = [Int32](repeating: 0, count: matches.count)
        // Breadth first: a state's fallback is shorter than the state.
        for (state, parent, byte, depth) in order.sorted(by: { $0.depth < $1.depth }) where depth > 0 {
            var shorter = fallbacks[Int(parent)]
            while shorter != 0, steps.next(shorter, byte) == nil { shorter = fallbacks[Int(shorter)] }
            let fallback = steps.next(shorter, byte) ?? 0
            fallbacks[Int(state)] = fallback
            if matches[Int(state)] == 0 { matches[Int(state)] = matches[Int(fallback)] }
        }
        (self.steps, self.fallbacks, self.matches) = (steps, fallbacks, matches)
    }

    /// Where the texts stand, in order, those that touch each other as one.
    func findings(in text: UnsafeBufferPointer<UInt8>) -> [Finding] {
        var (found, state) = ([Finding](), Int32(0))
        for index in text.indices {
            let byte = text[index]
            while true {
                if let next = steps.next(state, byte) {
                    state = next
                    break
                }
                if state == 0 { break }
                state = fallbacks[Int(state)]
            }
            let length = Int(matches[Int(state)])
            guard length > 0 else { continue }
            var start = index + 1 - length
            while let last = found.last, last.end >= start {
                start = min(start, last.start)
                found.removeLast()
            }
            found.append(Finding(start: start, end: index + 1, isMarked: true))
        }
        return found
    }
}
