/// A binary heap whose elements can be removed by handle in O(log n).
///
/// Timers and queues cancel far more often than they expire (every answered request cancels its timeout), so lazily
/// dropping dead entries would keep a long timeout's worth of them alive.
package struct IndexedHeap<Element> {
    /// Names an element for as long as it is in the heap, and nothing afterwards.
    package struct Handle: Hashable, Sendable {
        fileprivate let slot: Int
        fileprivate let generation: UInt32
    }

    private struct Slot {
        var position: Int32
        var generation: UInt32
    }

    private var heap: [(element: Element, slot: Int)] = []
    private var slots: [Slot] = []
    private var freeSlots: [Int] = []
    private let precedes: (Element, Element) -> Bool

    package init(precedes: @escaping (Element, Element) -> Bool) {
        self.precedes = precedes
    }

    package var count: Int { heap.count }
    package var isEmpty: Bool { heap.isEmpty }
    package var first: Element? { heap.first?.element }

    package mutating func insert(_ element: Element) -> Handle {
        let slot: Int
        if let free = freeSlots.popLast() {
            slot = free
            slots[slot].position = Int32(heap.count)
        } else {
            slot = slots.count
            slots.append(Slot(position: Int32(heap.count), generation: 0))
        }
        heap.append((element, slot))
        siftUp(from: heap.count - 1)
        return Handle(slot: slot, generation: slots[slot].generation)
    }

    package mutating func popFirst() -> Element? {
        heap.isEmpty ? nil : remove(at: 0)
    }

    /// Removes the element of a handle; nil when it has left already.
    package mutating func remove(_ handle: Handle) -> Element? {
        guard handle.slot < slots.count, slots[handle.slot].generation == handle.generation else { return nil }
        return remove(at: Int(slots[handle.slot].position))
    }

    private mutating func remove(at position: Int) -> Element {
        let last = heap.count - 1
        swapEntries(position, last)
        let (element, slot) = heap.removeLast()
        slots[slot].generation &+= 1
        freeSlots.append(slot)
        if position < last {
            siftDown(from: position)
            siftUp(from: position)
        }
        return element
    }

    private mutating func siftUp(from start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard precedes(heap[child].element, heap[parent].element) else { return }
            swapEntries(child, parent)
            child = parent
        }
    }

    private mutating func siftDown(from start: Int) {
        var parent = start
        while true {
            var smallest = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if precedes(heap[child].element, heap[smallest].element) { smallest = child }
            }
            guard smallest != parent else { return }
            swapEntries(parent, smallest)
            parent = smallest
        }
    }

    private mutating func swapEntries(_ left: Int, _ right: Int) {
        guard left != right else { return }
        heap.swapAt(left, right)
        slots[heap[left].slot].position = Int32(left)
        slots[heap[right].slot].position = Int32(right)
    }
}
