import Foundation
import Testing

@testable import ResilientHTTP

/// Against the vectors of the reference implementation: key 00 01 … 0f, input 00 01 … of growing length.
@Suite struct SipHashTests {
    private static let key = CredentialScope.Key(high: 0x0706_0504_0302_0100, low: 0x0f0e_0d0c_0b0a_0908)

    private static let vectors = [
        (0, "a3817f04ba25a8e66df67214c7550293"),
        (1, "da87c1d86b99af44347659119b22fc45"),
        (2, "8177228da4a45dc7fca38bdef60affe4"),
        (3, "9c70b60c5267a94e5f33b6b02985ed51"),
        (4, "f88164c12d9c8faf7d0f6e7c7bcd5579"),
        (5, "1368875980776f8854527a07690e9627"),
        (6, "14eeca338b208613485ea0308fd7a15e"),
        (7, "a1f1ebbed8dbc153c0b84aa61ff08239"),
        (8, "3b62a9ba6258f5610f83e264f31497b4"),
        (15, "5493e99933b0a8117e08ec0f97cfc3d9"),
        (16, "6ee2a4ca67b054bbfd3315bf85230577"),
        (63, "5150d1772f50834a503e069a973fbd7c"),
    ]

    private func hex(_ hash: SipHash) -> String {
        let (first, second) = hash.finalize()
        return [first, second].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
            .map { String(format: "%02x", $0) }.joined()
    }

    @Test(arguments: vectors) func theReferenceVectorsHold(_ length: Int, _ expected: String) {
        var hash = SipHash(key: Self.key)
        Data((0..<length).map { UInt8($0) }).withUnsafeBytes { hash.combine($0) }
        #expect(hex(hash) == expected)
    }

    @Test func inHowManyPiecesBytesComeDoesNotCount() {
        let data = Data((0..<63).map { UInt8($0) })
        for size in 1...63 {
            var hash = SipHash(key: Self.key)
            for start in stride(from: 0, to: 63, by: size) {
                data[start..<min(63, start + size)].withUnsafeBytes { hash.combine($0) }
            }
            #expect(hex(hash) == "5150d1772f50834a503e069a973fbd7c")
        }
    }
}
