import Testing

@testable import ResilientHTTP

@Suite("IP addresses")
struct IPAddressTests {
    @Test(
        "Only four decimal numbers without leading zeros are an IPv4 address",
        arguments: [
            "1.2.3", "1.2.3.4.5", "01.2.3.4", "256.1.1.1", "1.2.3.+4", "1..2.3", "", "a.b.c.d", "1.2.3.4 ", "١.2.3.4",
        ]
    )
    func notIPv4(_ text: String) {
        #expect(IPv4Address(text) == nil)
    }

    @Test(
        "Addresses that are not on the public internet",
        arguments: [
            "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255",
            "192.168.1.1", "192.0.0.8", "198.18.0.1", "198.19.255.255", "224.0.0.1", "240.0.0.1", "255.255.255.255",
        ]
    )
    func privateIPv4(_ text: String) throws {
        #expect(try #require(IPv4Address(text)).isPublic == false)
    }

    @Test("Public addresses", arguments: ["1.1.1.1", "172.32.0.1", "100.128.0.1", "198.20.0.1", "223.255.255.255"])
    func publicIPv4(_ text: String) throws {
        #expect(try #require(IPv4Address(text)).isPublic)
    }

    @Test(
        "Other ways to write one are seen as such",
        arguments: ["127.1", "0x7f.0.0.1", "2130706433", "1.2.3.4.", "0x7f"]
    )
    func abbreviated(_ text: String) {
        #expect(IPv4Address.isAbbreviated(text))
    }

    @Test("Names are not", arguments: ["example.com", "a1.b2", "1.example", "1.2.3.4", ""])
    func notAbbreviated(_ text: String) {
        #expect(!IPv4Address.isAbbreviated(text))
    }

    @Test(
        "IPv6 addresses are read in every form",
        arguments: [
            ("::", "0:0:0:0:0:0:0:0"), ("::1", "0:0:0:0:0:0:0:1"),
            ("2001:DB8::8:800:200c:417a", "2001:db8:0:0:8:800:200c:417a"),
            ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("::ffff:1.2.3.4", "0:0:0:0:0:ffff:102:304"),
            ("1::", "1:0:0:0:0:0:0:0"),
            ("fe80::1%25eth0", "fe80:0:0:0:0:0:0:1"), ("0001::", "1:0:0:0:0:0:0:0"),
        ]
    )
    func ipv6(_ text: String, _ groups: String) throws {
        let address = try #require(IPv6Address(text))
        #expect(address.groups.map { String($0, radix: 16) }.joined(separator: ":") == groups)
    }

    @Test(
        "Anything else is no IPv6 address",
        arguments: [
            "", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "g::", "127.0.0.1",
            "localhost",
            "::1.2.3", "::1.2.3.4:5", "fe80::1%eth0", "fe80::1%25", "::1%25a@b", "1:2:3:4:5:6:7:8::",
            ":1:2:3:4:5:6:7:8", "v1.a",
        ]
    )
    func notIPv6(_ text: String) {
        #expect(IPv6Address(text) == nil)
    }

    @Test(
        "IPv6 addresses that are not on the public internet",
        arguments: [
            "::", "::1", "::ffff:8.8.8.8", "::8.8.8.8", "64:ff9b::a00:1", "fc00::1", "fd12::1", "fe80::1", "fec0::1",
            "ff02::1",
            "2002:7f00:1::", "2001::1", "2001:db8::1", "100::1", "0064:ff9b::1", "4000::1",
        ]
    )
    func privateIPv6(_ text: String) throws {
        #expect(try #require(IPv6Address(text)).isPublic == false)
    }

    @Test("Public IPv6 addresses", arguments: ["2606:4700:4700::1111", "2001:4860:4860::8888", "2a00::1"])
    func publicIPv6(_ text: String) throws {
        #expect(try #require(IPv6Address(text)).isPublic)
    }
}
