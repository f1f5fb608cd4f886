import Foundation
import Testing

@testable import ResilientHTTP

@Suite("CredentialScope")
struct CredentialScopeTests {
    /// Hashed with the process's key and with one of a store's.
    private func scopes(_ headers: HeaderFields = [:], tenant: String? = nil) throws -> [CredentialScope] {
        let context = RequestContext.example(tenant: tenant)
        let request = ClientRequest(url: try #require(URL(string: "https://h/")), headers: headers)
        let key = CredentialScope.Key(high: 1, low: 2)
        return [context.credentialScope(of: request), CredentialScope(request: request, tenant: tenant, key: key)]
    }

    @Test("Equal for equal credentials, whatever else the request carries")
    func equal() throws {
        #expect(try scopes() == scopes([.accept: "x"]))
        let lower = try #require(HeaderFields.Name("authorization"))
        #expect(try scopes([.authorization: "a"]) == scopes([lower: "a", .accept: "x"]))
    }

    @Test("Different for every credential and tenant")
    func different() throws {
        let key = try #require(HeaderFields.Name("X-Api-Key"))
        let all = try [
            scopes(), scopes([.authorization: "a"]), scopes([.authorization: "b"]), scopes([.cookie: "a"]),
            scopes([key: "a"]),
            scopes([.authorization: ""]), scopes(tenant: "a"), scopes(tenant: "b"), scopes(tenant: ""),
            scopes([.authorization: "a"], tenant: "a"),
            scopes([.authorization: "a", .cookie: "a"]), scopes([.cookie: "a", .authorization: "b"]),
        ]
        #expect(Set(all.flatMap(\.self)).count == 2 * all.count)
    }

    @Test("Says nothing about the secret")
    func description() throws {
        for scope in try scopes([.authorization: "Bearer canary"], tenant: "canary") {
            #expect(scope.description.utf8.count == 32 && scope.description.allSatisfy(\.isHexDigit))
        }
    }

    @Test("Under a store's key the same in every process, and under another key another one")
    func stable() throws {
        let request = ClientRequest(url: try #require(URL(string: "https://h/")), headers: [.authorization: "a"])
        let scope = CredentialScope(request: request, tenant: "t", key: CredentialScope.Key(high: 1, low: 2))
        #expect(scope.description == "77acd66bd672b9127b92e6c0215cb034")
        #expect(scope != CredentialScope(request: request, tenant: "t", key: CredentialScope.Key(high: 1, low: 3)))
    }
}
