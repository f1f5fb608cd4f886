import ResilientHTTP
import Testing

@Suite("Secrets that a redactor was told of")
struct KnownSecretsTests {
    @Test("They are found wherever they stand, also percent-encoded, and in each other")
    func wherever() {
        let redactor = Redactor()
        for secret in ["hunter/2two", "aaabbb", "bbbcccddd", "abbbcc", "cccddd"] { redactor.protect(secret) }
        #expect(redactor.redact("ahunter/2twob") == "a[redacted]b")
        #expect(redactor.redact("x hunter%2F2two") == "x [redacted]")
        #expect(redactor.redact("aaabbbcccddd") == "[redacted]")
        #expect(redactor.redact("aaabb bbcccddd") == "aaabb bb[redacted]")
        #expect(redactor.redact("aaabbbaaabbb.cccddd") == "[redacted].[redacted]")
        #expect(redactor.redact("token=abc aaabbb") == "token=[redacted] [redacted]")
    }

    @Test("Short ones are not looked for, and redactors do not share them")
    func bounds() {
        let redactor = Redactor()
        redactor.protect("short")
        redactor.protect("")
        #expect(redactor.redact("a short text") == "a short text")
        redactor.protect("sentence")
        #expect(Redactor().redact("a sentence") == "a sentence")
        #expect(redactor.redact("a sentence") == "a [redacted]")
    }

    @Test("The oldest is forgotten when there are too many; one that is named again is not old")
    func eviction() {
        let redactor = Redactor()
        for number in 1000...1999 { redactor.protect("secret\(number)") }
        redactor.protect("secret1000")
        redactor.protect("secret2000")
        #expect(redactor.redact("secret1001 secret1000 secret2000") == "secret1001 [redacted] [redacted]")
    }

    @Test("Nothing is found that is not there, and everything that is", arguments: 0..<20 as Range<UInt64>)
    func againstSearch(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let secrets = (0..<8).map { _ in
            String((0..<Int.random(in: 6...9, using: &random)).map { _ in Bool.random(using: &random) ? "x" : "y" })
        }
        let redactor = Redactor()
        secrets.forEach(redactor.protect)
        let text = String(
            (0..<200).map { _ in
                Int.random(in: 0..<9, using: &random) == 0 ? "z" : Bool.random(using: &random) ? "x" : "y"
            }
        )
        var isSecret = [Bool](repeating: false, count: text.count)
        let letters = Array(text)
        for secret in secrets.map(Array.init) {
            for start in 0...(letters.count - secret.count)
            where Array(letters[start..<(start + secret.count)]) == secret {
                for index in start..<(start + secret.count) { isSecret[index] = true }
            }
        }
        var expected = ""
        for (index, letter) in letters.enumerated() {
            if !isSecret[index] {
                expected.append(letter)
            } else if index == 0 || !isSecret[index - 1] {
                expected += "[redacted]"
            }
        }
        #expect(redactor.redact(text) == expected)
    }
}
