import Foundation
import ResilientHTTP
import Testing

@Suite struct CacheConfigurationTests {
    private func read(_ json: String) throws -> CacheConfiguration {
        try JSONDecoder().decode(CacheConfiguration.self, from: Data(json.utf8))
    }

    @Test func everyTimeIsReadAndWrittenInSeconds() throws {
        let text = #"{"ttl":1.5,"endpoint_ttls":{"a":0,"b":2.5},"stale_if_error":3,"respects_headers":false}"#
        let configuration = try read(text)
        #expect(configuration.ttl == .milliseconds(1500))
        #expect(configuration.endpointTTLs == ["a": .zero, "b": .milliseconds(2500)])
        #expect(configuration.staleIfError == .seconds(3) && !configuration.respectsHeaders)
        #expect(try read(String(decoding: JSONEncoder().encode(configuration), as: UTF8.self)) == configuration)
    }

    @Test func whatIsWrongIsNamedByItsPath() throws {
        let wrong = #"{"endpoint_ttls":{"b":-1,"a":-2},"heuristic_fraction":2,"max_entries":0,"ttl":-1}"#
        let error = #expect(throws: ResilientError.self) { try read(wrong) }
        let paths = try #require(error).problems.map(\.path).sorted()
        #expect(paths == ["endpoint_ttls.a", "endpoint_ttls.b", "heuristic_fraction", "max_entries", "ttl"])
        #expect(throws: (any Error).self) { try read(#"{"endpoint_ttls":{"a":"long"}}"#) }
        #expect(throws: (any Error).self) { try read(#"{"endpoint_ttls":5}"#) }
    }
}
