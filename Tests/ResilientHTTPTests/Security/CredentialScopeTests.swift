import Foundation
import ResilientHTTP
import Testing

@Suite("CredentialScope")
struct CredentialScopeTests {
    private func scope(_ headers: HeaderFields = [:], tenant: String? = nil) throws -> CredentialScope {
        let call = CallRecord(
            requestID: RequestID(high: 1, low: 2),
            options: RequestOptions(tenant: tenant),
            runtime: .system
        )
        let context = RequestContext(call: call, body: .bytes(limit: 1))
        return context.credentialScope(
            of: ClientRequest(url: try #require(URL(string: "https://h/")), headers: headers)
        )
    }

    @Test("Equal for equal credentials, whatever else the request carries")
    func equal() throws {
        #expect(try scope() == scope([.accept: "x"]))
        let lower = try #require(HeaderFields.Name("authorization"))
        #expect(try scope([.authorization: "a"]) == scope([lower: "a", .accept: "x"]))
    }

    @Test("Different for every credential and tenant")
    func different() throws {
        let key = try #require(HeaderFields.Name("X-Api-Key"))
        let scopes = try [
            scope(), scope([.authorization: "a"]), scope([.authorization: "b"]), scope([.cookie: "a"]),
            scope([key: "a"]),
            scope([.authorization: ""]), scope(tenant: "a"), scope(tenant: "b"), scope(tenant: ""),
            scope([.authorization: "a"], tenant: "a"),
            scope([.authorization: "a", .cookie: "a"]), scope([.cookie: "a", .authorization: "b"]),
        ]
        #expect(Set(scopes).count == scopes.count)
    }

    @Test("Says nothing about the secret")
    func description() throws {
        let text = try scope([.authorization: "Bearer canary"], tenant: "canary").description
        #expect(text.utf8.count == 32 && text.allSatisfy(\.isHexDigit))
    }
}
