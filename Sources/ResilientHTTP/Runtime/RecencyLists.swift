/// Numbered nodes in two lists by last use, so that what was unused for longest is found at once, those that may go
/// before those that should stay. All operations are O(1), on average; a node is 12 bytes.
///
/// Up to a number of nodes the order is exact. With more, a use only marks its node, because moving it would touch
/// three others that are in no cache; a marked node at the end gets a second chance instead.
struct RecencyLists {
    enum Kind: Int {
        /// May go.
        case ordinary
        /// Goes only when nothing else is left.
        case kept
    }

    /// The most nodes whose order of use is exact.
    private let exactLimit: Int
    /// The most second chances in a row, so that finding the end takes no long time at once.
    private static let chanceLimit = 64

    private struct Node {
        var newer: Int32
        var older: Int32
        var kind: Int16
        var isMarked = false
    }

    private struct Ends {
        var newest: Int32 = -1
        var oldest: Int32 = -1
    }

    private var nodes: [Node] = []
    private var free: [Int32] = []
    private var ends = (Ends(), Ends())

    init(exactLimit: Int = 4096) {
        self.exactLimit = exactLimit
    }

    /// Adds a node as the newest and returns its number.
    mutating func insert(_ kind: Kind) -> Int {
        let number: Int32
        if let reused = free.popLast() {
            number = reused
        } else {
            number = Int32(nodes.count)
            nodes.append(Node(newer: -1, older: -1, kind: 0))
        }
        nodes[Int(number)].kind = Int16(kind.rawValue)
        nodes[Int(number)].isMarked = false
        link(number)
        return Int(number)
    }

    mutating func remove(_ number: Int) {
        unlink(Int32(number))
        free.append(Int32(number))
    }

    /// Notes that a node is used now.
    mutating func touch(_ number: Int) {
        // Nearly always: one service is called again and again.
        guard nodes[number].newer >= 0 else { return }
        guard nodes.count <= exactLimit else {
            if !nodes[number].isMarked { nodes[number].isMarked = true }
            return
        }
        renew(number)
    }

    private mutating func renew(_ number: Int) {
        unlink(Int32(number))
        link(Int32(number))
    }

    /// Moves a node to another list, as its newest.
    mutating func move(_ number: Int, to kind: Kind) {
        guard nodes[number].kind != Int16(kind.rawValue) else { return }
        unlink(Int32(number))
        nodes[number].kind = Int16(kind.rawValue)
        link(Int32(number))
    }

    /// The node of a list that was unused for longest, after those with a second chance have been moved away.
    mutating func leastUsed(_ kind: Kind) -> Int? {
        for _ in 0..<Self.chanceLimit {
            guard let oldest = oldest(kind), nodes[oldest].isMarked else { break }
            nodes[oldest].isMarked = false
            renew(oldest)
        }
        return oldest(kind)
    }

    /// The node at the end of a list.
    func oldest(_ kind: Kind) -> Int? {
        let oldest = kind == .ordinary ? ends.0.oldest : ends.1.oldest
        return oldest < 0 ? nil : Int(oldest)
    }

    /// The next newer node of the same list.
    func newer(than number: Int) -> Int? {
        let newer = nodes[number].newer
        return newer < 0 ? nil : Int(newer)
    }

    private mutating func link(_ number: Int32) {
        withEnds(of: number) { nodes, ends in
            nodes[Int(number)].newer = -1
            nodes[Int(number)].older = ends.newest
            if ends.newest >= 0 { nodes[Int(ends.newest)].newer = number } else { ends.oldest = number }
            ends.newest = number
        }
    }

    private mutating func unlink(_ number: Int32) {
        withEnds(of: number) { nodes, ends in
            let node = nodes[Int(number)]
            if node.newer >= 0 { nodes[Int(node.newer)].older = node.older } else { ends.newest = node.older }
            if node.older >= 0 { nodes[Int(node.older)].newer = node.newer } else { ends.oldest = node.newer }
        }
    }

    private mutating func withEnds(of number: Int32, _ change: (inout [Node], inout Ends) -> Void) {
        if nodes[Int(number)].kind == Int16(Kind.ordinary.rawValue) {
            change(&nodes, &ends.0)
        } else {
            change(&nodes, &ends.1)
        }
    }
}
