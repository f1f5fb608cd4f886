/// Those who wait: a line for each level of priority, and whose turn is next.
///
/// A line is linked through one array, so joining and leaving it anywhere costs the same however long it is; the
/// heads of the lines stand in a heap. Inserting, taking the first and removing by handle are O(log levels).
///
/// Ageing needs no timer: "one level for every 30 s waited" orders two waiters the same way at every moment, by the
/// time at which they came plus 30 s a level. So the order is fixed when somebody joins.
struct WaitingLines<Element> {
    /// Names a waiter for as long as it waits, and nothing afterwards.
    struct Handle: Hashable, Sendable {
        private let number: Int32
        fileprivate let generation: UInt32

        fileprivate var node: Int { Int(number) }

        fileprivate init(node: Int, generation: UInt32) {
            number = Int32(node)
            self.generation = generation
        }
    }

    private struct Node {
        var element: Element?
        var level = 0
        /// When it came, in nanoseconds. Never later than that of the next in its line.
        var time: Int64 = 0
        private var previousNumber: Int32 = -1
        private var nextNumber: Int32 = -1
        var generation: UInt32
        var isReturning = false

        init(element: Element?, level: Int = 0, time: Int64 = 0, isReturning: Bool = false, generation: UInt32 = 0) {
            self.element = element
            self.level = level
            self.time = time
            self.isReturning = isReturning
            self.generation = generation
        }

        var previous: Int? {
            get { previousNumber < 0 ? nil : Int(previousNumber) }
            set { previousNumber = newValue.map { Int32($0) } ?? -1 }
        }

        var next: Int? {
            get { nextNumber < 0 ? nil : Int(nextNumber) }
            set { nextNumber = newValue.map { Int32($0) } ?? -1 }
        }
    }

    private struct Line {
        var first: Int
        var last: Int
        var lastReturning: Int?
        var count = 0
        var returning = 0
        var turn: IndexedHeap<Turn>.Handle?
    }

    /// Where a waiter stands among the heads of the other lines.
    private struct Turn {
        /// Wide enough for any level times any duration.
        let rank: Int128
        let level: Int

        static func < (left: Turn, right: Turn) -> Bool {
            (left.rank, left.level) < (right.rank, right.level)
        }
    }

    private(set) var count = 0
    private var ageing: Int64?
    private var nodes: [Node] = []
    private var freeNodes: [Int] = []
    private var lines: [Int: Line] = [:]
    private var turns = IndexedHeap<Turn> { $0 < $1 }

    /// Makes lines without waiters. `ageing` is how long a wait counts as one level; nil for never.
    init(ageing: Duration?) {
        self.ageing = ageing?.saturatedNanoseconds
    }

    var isEmpty: Bool { count == 0 }

    /// How many wait at each level.
    var depths: [Int: Int] { lines.mapValues(\.count) }

    /// Adds a waiter at the end of its level, or, returning, behind those who returned before and ahead of the rest.
    ///
    /// `time` must not be earlier than at any insertion before.
    mutating func insert(_ element: Element, level: Int, isReturning: Bool, time: Int64) -> Handle {
        let turn = turnOfNewcomer(level: level, isReturning: isReturning, time: time)
        let index = freeNodes.popLast() ?? nodes.count
        if index == nodes.count { nodes.append(Node(element: nil)) }
        let generation = nodes[index].generation
        nodes[index] = Node(
            element: element,
            level: level,
            time: turn.time,
            isReturning: isReturning,
            generation: generation
        )
        count += 1
        guard var line = lines[level] else {
            lines[level] = Line(
                first: index,
                last: index,
                lastReturning: isReturning ? index : nil,
                count: 1,
                returning: isReturning ? 1 : 0,
                turn: turns.insert(turn.turn)
            )
            return Handle(node: index, generation: generation)
        }
        let previous = isReturning ? line.lastReturning : line.last
        let next = previous.map { nodes[$0].next } ?? line.first
        nodes[index].previous = previous
        nodes[index].next = next
        if let previous { nodes[previous].next = index } else { line.first = index }
        if let next { nodes[next].previous = index } else { line.last = index }
        line.count += 1
        if isReturning {
            line.lastReturning = index
            line.returning += 1
        }
        if line.first == index { retake(&line, level: level) }
        lines[level] = line
        return Handle(node: index, generation: generation)
    }

    /// Takes out whoever is next.
    mutating func popFirst() -> Element? {
        guard let level = turns.first?.level, let first = lines[level]?.first else { return nil }
        return remove(first)
    }

    /// Takes out a waiter; nil when it has left already.
    mutating func remove(_ handle: Handle) -> Element? {
        guard handle.node < nodes.count, nodes[handle.node].generation == handle.generation else { return nil }
        return remove(handle.node)
    }

    /// Takes out whoever would be served last, if a newcomer would be served before.
    mutating func removeLast(behind level: Int, isReturning: Bool, time: Int64) -> Element? {
        let lasts = lines.values.lazy.map(\.last)
        guard let last = lasts.max(by: { turn(of: $0) < turn(of: $1) }) else { return nil }
        let newcomer = turnOfNewcomer(level: level, isReturning: isReturning, time: time).turn
        let isAhead =
            nodes[last].level == level ? isReturning && !nodes[last].isReturning : newcomer < turn(of: last)
        return isAhead ? remove(last) : nil
    }

    /// How many would be served before a newcomer if nobody else came. Those of lower levels who have aged past it
    /// count only when their whole line has.
    func countAhead(of level: Int, isReturning: Bool, time: Int64) -> Int {
        let newcomer = turnOfNewcomer(level: level, isReturning: isReturning, time: time).turn
        return lines.reduce(0) { sum, entry in
            let (other, line) = entry
            if other == level { return sum + (isReturning ? line.returning : line.count) }
            return other < level || turn(of: line.last) < newcomer ? sum + line.count : sum
        }
    }

    /// Changes how long a wait counts as one level, for those who wait too.
    mutating func setAgeing(_ ageing: Duration?) {
        self.ageing = ageing?.saturatedNanoseconds
        for level in Array(lines.keys) {
            guard var line = lines[level] else { continue }
            retake(&line, level: level)
            lines[level] = line
        }
    }
}

extension WaitingLines {
    private func turn(level: Int, time: Int64) -> Turn {
        guard let ageing else { return Turn(rank: Int128(level), level: level) }
        return Turn(rank: Int128(time) + Int128(level) * Int128(ageing), level: level)
    }

    private func turn(of node: Int) -> Turn {
        turn(level: nodes[node].level, time: nodes[node].time)
    }

    /// Whoever comes back goes ahead of those of its level, and so must be due as early as the first of them.
    private func turnOfNewcomer(level: Int, isReturning: Bool, time: Int64) -> (turn: Turn, time: Int64) {
        var time = time
        if isReturning, let line = lines[level] { time = min(time, nodes[line.first].time) }
        return (turn(level: level, time: time), time)
    }

    private mutating func retake(_ line: inout Line, level: Int) {
        if let turn = line.turn { _ = turns.remove(turn) }
        line.turn = turns.insert(turn(of: line.first))
    }

    private mutating func remove(_ index: Int) -> Element? {
        let node = nodes[index]
        nodes[index] = Node(element: nil, generation: node.generation &+ 1)
        freeNodes.append(index)
        count -= 1
        guard var line = lines[node.level] else { return node.element }
        if line.count == 1 {
            if let turn = line.turn { _ = turns.remove(turn) }
            lines[node.level] = nil
            return node.element
        }
        if let previous = node.previous { nodes[previous].next = node.next }
        if let next = node.next { nodes[next].previous = node.previous }
        line.count -= 1
        if node.isReturning {
            line.returning -= 1
            if line.lastReturning == index { line.lastReturning = node.previous }
        }
        if let previous = node.previous, node.next == nil { line.last = previous }
        if let next = node.next, node.previous == nil {
            line.first = next
            retake(&line, level: node.level)
        }
        lines[node.level] = line
        return node.element
    }
}
