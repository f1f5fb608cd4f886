/// The parts that mark a name wherever they stand in it, as one automaton (Aho and Corasick, 1975): each letter of a
/// name is one step, however many parts there are.
final class SecretParts: Sendable {
    /// The parts that the package knows.
    static let table = SecretParts([
        "authorization", "cookie", "apikey", "secret", "token", "password", "passwd", "passphrase", "credential",
        "signature", "privatekey", "secretkey", "accesskey", "authkey", "sessionid", "subscriptionkey", "agentkey",
        "signingkey",
    ])

    private let firstFinal: Int
    private let steps: [UInt8]

    private init(_ parts: [String]) {
        // Paths of letters first. States whose path ends with a part get the highest numbers at the end, so that
        // asking whether a part was read is one comparison.
        var (paths, isFinal) = ([[Int](repeating: -1, count: 32)], [false])
        for part in parts {
            var state = 0
            for letter in part.utf8.map({ Int($0 & 31) }) {
                if paths[state][letter] < 0 {
                    paths[state][letter] = paths.count
                    paths.append([Int](repeating: -1, count: 32))
                    isFinal.append(false)
                }
                state = paths[state][letter]
            }
            isFinal[state] = true
        }
        // What does not go on falls back to the longest end that is a beginning, breadth first.
        var (fallback, queue) = ([Int](repeating: 0, count: paths.count), [0])
        var index = 0
        while index < queue.count {
            let state = queue[index]
            index += 1
            for letter in 0..<32 {
                let shorter = state == 0 ? 0 : paths[fallback[state]][letter]
                let next = paths[state][letter]
                guard next >= 0 else {
                    paths[state][letter] = shorter
                    continue
                }
                fallback[next] = shorter
                isFinal[next] = isFinal[next] || isFinal[shorter]
                queue.append(next)
            }
        }
        let order = paths.indices.filter { !isFinal[$0] } + paths.indices.filter { isFinal[$0] }
        precondition(order.count <= 256, "a state is a byte")
        var number = [Int](repeating: 0, count: order.count)
        for (new, old) in order.enumerated() { number[old] = new }
        firstFinal = isFinal.count { !$0 }
        steps = order.flatMap { old in paths[old].map { UInt8(number[$0]) } }
    }

    /// Lends the automaton without what arrays cost at each step.
    func withSteps<Result>(_ body: (Steps) -> Result) -> Result {
        steps.withUnsafeBufferPointer { body(Steps(firstFinal: firstFinal, steps: $0)) }
    }

    /// The automaton for as long as it is lent.
    struct Steps {
        /// States at and after this one have read a whole part.
        let firstFinal: Int
        fileprivate let steps: UnsafeBufferPointer<UInt8>

        /// The state after a letter, in lower case.
        func next(_ state: Int, _ letter: UInt8) -> Int {
            Int(steps[state << 5 | Int(letter & 31)])
        }
    }
}
