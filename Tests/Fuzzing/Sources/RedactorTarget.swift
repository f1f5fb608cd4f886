import Foundation

/// Secrets are planted into the input: one that the redactor was told of, one with the shape of a vendor's key, and one
/// under a telling name that nothing ends. None of them may come out, whatever stands around them.
@Sendable
func fuzzRedactor(_ input: UnsafeBufferPointer<UInt8>) {
    let cut = input.firstIndex(of: 0) ?? input.count
    let before = String(decoding: input[..<cut], as: UTF8.self)
    let after = String(decoding: input[cut...].dropFirst(), as: UTF8.self)

    let known = redactor.redact(before + canary + after)
    require(!known.contains(canary), "a secret that the redactor was told of comes out")

    let shaped = Redactor.standard.redact("\(before) sk-\(canary) \(after)")
    require(!shaped.contains(canary), "a vendor's key comes out")

    for opening in ["\"", "'", "[", "{"] where !after.contains(where: { "\"'[]{}\\".contains($0) }) {
        let open = Redactor.standard.redact("\(before)\npassword=\(opening)\(after) \(canary)")
        require(
            !open.contains(canary) || before.contains(where: { "\"'[]{}\\=:%".contains($0) }),
            "an open secret comes out"
        )
    }

    let clean = Redactor.standard.redact(before)
    let marks = clean.components(separatedBy: Redactor.mark).count - 1
    require(clean.utf8.count <= before.utf8.count + marks * Redactor.mark.utf8.count, "a text has grown")
    require(
        Redactor.standard.redact(before, limit: 16).utf8.count <= before.utf8.count + 16 * 10 + 40,
        "a limit is none"
    )
    if let url = URL(string: before) { require(!Redactor.standard.redact(url).contains("#"), "a fragment is shown") }
}

private let canary = "canary0123456789"

private let redactor: Redactor = {
    let redactor = Redactor()
    redactor.protect(canary)
    return redactor
}()
