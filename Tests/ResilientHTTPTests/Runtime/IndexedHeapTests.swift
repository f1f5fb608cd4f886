import ResilientHTTP
import Testing

@Suite("IndexedHeap")
struct IndexedHeapTests {
    private struct Item: Equatable {
        let key: Int
        let id: Int
    }

    @Test("Behaves like a sorted array over 10,000 random operations", arguments: [1, 2, 3] as [UInt64])
    func againstModel(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var heap = IndexedHeap<Item> { $0.key < $1.key }
        var model: [Item] = []
        var live: [(handle: IndexedHeap<Item>.Handle, item: Item)] = []
        var dead: [IndexedHeap<Item>.Handle] = []
        for id in 0..<10_000 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<4:
                let item = Item(key: Int.random(in: 0..<50, using: &random), id: id)
                live.append((heap.insert(item), item))
                model.append(item)
            case 4..<6:
                let popped = heap.popFirst()
                #expect(popped?.key == model.map(\.key).min())
                if let popped, let index = live.firstIndex(where: { $0.item == popped }) {
                    dead.append(live.remove(at: index).handle)
                    model.removeAll { $0 == popped }
                }
            case 6..<9:
                guard let index = live.indices.randomElement(using: &random) else { continue }
                let (handle, item) = live.remove(at: index)
                #expect(heap.remove(handle) == item)
                dead.append(handle)
                model.removeAll { $0 == item }
            default:
                guard let handle = dead.randomElement(using: &random) else { continue }
                #expect(heap.remove(handle) == nil)
            }
            #expect(heap.count == model.count)
            #expect(heap.first?.key == model.map(\.key).min())
        }
        var rest: [Int] = []
        while let item = heap.popFirst() { rest.append(item.key) }
        #expect(rest == model.map(\.key).sorted())
        #expect(heap.isEmpty)
    }

    @Test("A handle names nothing once its element has left, even when its slot is used again")
    func staleHandles() {
        var heap = IndexedHeap<Int> { $0 < $1 }
        let first = heap.insert(1)
        #expect(heap.popFirst() == 1)
        let second = heap.insert(2)
        #expect(heap.remove(first) == nil)
        #expect(first != second)
        #expect(heap.remove(second) == 2)
        #expect(heap.remove(second) == nil)
        #expect(heap.popFirst() == nil)
    }
}
