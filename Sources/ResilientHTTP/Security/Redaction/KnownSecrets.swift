import Foundation
import Synchronization

/// The secrets that a redactor was told of. The oldest go first when there are too many.
final class KnownSecrets: Sendable {
    private struct State {
        var secrets: [String] = []
        /// nil after a change: it is made when the next text is cleaned.
        var automaton: SecretAutomaton?
    }

    private static let most = 1_000
    private static let longest = 4_096

    private let state = Mutex(State())

    func add(_ secret: String) {
        guard secret.utf8.count >= Redactor.shortestSecret else { return }
        state.withLock { state in
            guard state.secrets.last != secret else { return }
            let isNew = state.secrets.firstIndex(of: secret).map { state.secrets.remove(at: $0) } == nil
            state.secrets.append(secret)
            if state.secrets.count > Self.most { state.secrets.removeFirst() }
            if isNew { state.automaton = nil }
        }
    }

    /// Where secrets stand in a text.
    func findings(in text: UnsafeBufferPointer<UInt8>) -> [Finding] {
        state.withLock { state -> SecretAutomaton? in
            guard !state.secrets.isEmpty else { return nil }
            if let automaton = state.automaton { return automaton }
            let automaton = SecretAutomaton(state.secrets.flatMap(Self.spellings))
            state.automaton = automaton
            return automaton
        }?.findings(in: text) ?? []
    }

    /// A secret as it is, and as it stands in a URL. Of one that is very long its beginning tells.
    private static func spellings(_ secret: String) -> [[UInt8]] {
        let plain = Array(secret.utf8.prefix(longest))
        let encoded = plain.flatMap { byte -> [UInt8] in
            Grammar.isUnreserved(byte) ? [byte] : Array("%".utf8) + hex(byte)
        }
        return encoded == plain ? [plain] : [plain, Array(encoded.prefix(longest))]
    }

    private static func hex(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        return [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
}
