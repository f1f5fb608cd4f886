import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Testing

@Suite struct CacheStageTests {
    @Test func aFreshAnswerIsServedWithoutAskingTheServer() throws {
        let transport = MockTransport(.fresh(60, "one", tag: "\"a\""), .fresh(60, "two"))
        try simulate(.caching(), transport: transport) { client, simulation async throws in
            let first = try await client.fetch()
            #expect(first.source == .network && first.text == "one")
            #expect(first.headers[HeaderFields.cacheStatus] == "ResilientHTTP; fwd=uri-miss; stored")
            try await simulation.sleep(for: .seconds(7))
            let hit = try await client.fetch()
            #expect(hit.source == .cache && hit.text == "one" && hit.status == 200)
            #expect(hit.headers[.age] == "7")
            #expect(hit.headers[HeaderFields.cacheStatus] == "ResilientHTTP; hit; ttl=53")
            #expect(hit.headers[.eTag] == "\"a\"" && hit.attempts.isEmpty && hit.url == .example("x"))
            #expect("\(hit.explanation)".contains("cache: fresh"))
            #expect(transport.requestCount == 1)
            try await simulation.sleep(for: .seconds(53))
            #expect(try await client.fetch().text == "two")
            #expect(transport.requestCount == 2)
        }
    }

    @Test func cacheStatusOfCachesOnTheWayStays() throws {
        let transport = MockTransport(
            .status(200, headers: [.cacheControl: "max-age=9", HeaderFields.cacheStatus: "Edge; hit"])
        )
        try simulate(.caching(), transport: transport) { client, _ async throws in
            for own in ["ResilientHTTP; fwd=uri-miss; stored", "ResilientHTTP; hit; ttl=9"] {
                #expect(try await client.fetch().headers[values: HeaderFields.cacheStatus] == ["Edge; hit", own])
            }
        }
    }

    @Test func scopesVariantsAndURLsAreApart() throws {
        let transport = MockTransport()
        transport.on(.any) { .fresh(60, "\($0.number)") }
        try simulate(.caching(), transport: transport) { client, _ async throws in
            var bodies: [String] = []
            for _ in 0..<2 {
                for headers: HeaderFields in [[:], [.authorization: "Bearer a"], [.authorization: "Bearer b"]] {
                    bodies.append(try await client.fetch("x", headers).text)
                }
                let tenant = RequestOptions(tenant: "t")
                bodies.append(try await client.send(ClientRequest(url: .example("x")), options: tenant).text)
                bodies.append(try await client.fetch("y").text)
            }
            #expect(bodies == ["1", "2", "3", "4", "5", "1", "2", "3", "4", "5"])
        }
    }

    @Test func headIsAnsweredByWhatGetHasBroughtAndIsNotKeptItself() throws {
        let transport = MockTransport(.status(200, headers: [.cacheControl: "max-age=60"]), .fresh(60, "long"))
        try simulate(.caching(), transport: transport) { client, _ async throws in
            #expect(try await client.fetch(method: .head).source == .network)
            #expect(try await client.fetch().source == .network)
            let head = try await client.fetch(method: .head)
            #expect(head.source == .cache && head.data.isEmpty && head.headers[.cacheControl] == "max-age=60")
            #expect(transport.requests.map(\.request.method) == [.head, .get])
        }
    }

    @Test func modesDoAsTheySay() throws {
        let transport = MockTransport()
        transport.on(.any) { .fresh(60, "\($0.number)", tag: "\"\($0.number)\"") }
        try simulate(.caching(), transport: transport) { client, simulation async throws in
            func fetch(_ mode: CacheMode?, _ path: String = "x") async throws -> String {
                let response = try await client.fetch(path, mode: mode)
                return "\(response.source) \(response.status) \(response.text)"
            }
            #expect(try await fetch(.onlyIfCached) == "cache 504 ")
            #expect(try await fetch(.forceCache) == "network 200 1")
            #expect(try await fetch(nil) == "cache 200 1")
            #expect(try await fetch(.onlyIfCached) == "cache 200 1")
            #expect(try await fetch(.bypass) == "network 200 2")
            #expect(try await fetch(.noStore) == "network 200 3")
            #expect(try await fetch(nil) == "cache 200 1")
            #expect(try await fetch(.reload) == "network 200 4")
            #expect(try await fetch(nil) == "cache 200 4")
            #expect(try await fetch(.revalidate) == "network 200 5")
            try await simulation.sleep(for: .seconds(61))
            #expect(try await fetch(.onlyIfCached) == "cache 504 ")
            #expect(try await fetch(.forceCache) == "stale 200 5")

            let sent = transport.requests.map { $0.request.headers[.cacheControl] }
            #expect(sent == [nil, nil, "no-store", "no-cache", "max-age=0"])
            #expect(transport.requests[3].request.headers[HeaderFields.ifNoneMatch] == nil)
            #expect(transport.requests[4].request.headers[HeaderFields.ifNoneMatch] == "\"4\"")
        }
    }

    @Test func timesOfTheProgramGoByRequestEndpointAndClient() throws {
        let transport = MockTransport()
        transport.on(.any) { .status(200, body: "\($0.number)") }
        let configuration = Configuration.caching {
            $0.ttl = .seconds(10)
            $0.endpointTTLs = ["slow": .seconds(100)]
        }
        try simulate(configuration, transport: transport) { client, simulation async throws in
            func source(_ path: String, _ options: RequestOptions = RequestOptions()) async throws -> String {
                try await client.send(ClientRequest(url: .example(path)), options: options).source.rawValue
            }
            let slow = RequestOptions(endpoint: "slow")
            let long = RequestOptions(cacheTTL: .seconds(1000))
            let never = RequestOptions(cacheTTL: .zero)
            for expected in ["network", "cache"] {
                #expect(try await source("client") == expected)
                #expect(try await source("slow", slow) == expected)
                #expect(try await source("long", long) == expected)
                #expect(try await source("never", never) == "network")
            }
            try await simulation.sleep(for: .seconds(11))
            #expect(try await source("client") == "network")
            #expect(try await source("slow", slow) == "cache")
            try await simulation.sleep(for: .seconds(100))
            #expect(try await source("slow", slow) == "network")
            #expect(try await source("long", long) == "cache")
        }
    }

    @Test func aPostIsKeptWhereTheProgramSaysSoAndByItsBody() throws {
        let transport = MockTransport()
        transport.on(.any) { .status(200, body: "\($0.number)") }
        let change: @Sendable (inout Dependencies) -> Void = {
            $0.cacheDecision = { request, _ in
                switch request.url.lastPathComponent {
                case "chat": .keep(.seconds(60))
                case "zero": .keep(.zero)
                case "past": .bypass
                default: .standard
                }
            }
        }
        try simulate(.caching { $0.ttl = .seconds(60) }, transport: transport, change: change) {
            client,
            _ async throws in
            func post(_ path: String, _ body: RequestBody) async throws -> String {
                try await client.send(ClientRequest(method: .post, url: .example(path), body: body)).text
            }
            #expect(try await post("chat", .text("a")) == "1")
            #expect(try await post("chat", .text("b")) == "2")
            #expect(try await post("chat", .text("a")) == "1")
            #expect(try await post("chat", .empty) == "3")
            // What can be read only once, or is not in memory, is nobody's key.
            let stream = RequestBody.stream { AsyncThrowingStream<Data, any Error> { $0.finish() } }
            #expect(try await post("chat", stream) == "4")
            #expect(try await post("chat", stream) == "5")
            #expect(try await post("other", .text("a")) == "6")
            #expect(try await post("other", .text("a")) == "7")
            for expected in ["8", "9"] { #expect(try await post("zero", .text("a")) == expected) }
            for expected in ["10", "11"] { #expect(try await client.fetch("past").text == expected) }
            #expect(try await client.fetch("chat").text == "12")
        }
    }

    @Test func aGetWithABodyIsKeptByItAndOneWithAStreamIsNot() throws {
        let transport = MockTransport()
        transport.on(.any) { .fresh(60, "\($0.number)") }
        try simulate(.caching(), transport: transport) { client, _ async throws in
            func get(_ body: RequestBody) async throws -> String {
                try await client.send(ClientRequest(url: .example("search"), body: body)).text
            }
            #expect(try await get(.text("a")) == "1")
            #expect(try await get(.text("b")) == "2")
            #expect(try await get(.text("a")) == "1")
            #expect(try await get(.empty) == "3")
            let stream = RequestBody.stream { AsyncThrowingStream<Data, any Error> { $0.finish() } }
            #expect(try await get(stream) == "4")
            #expect(try await get(stream) == "5")
        }
    }

    @Test func aHitThatIsLongerThanTheCallAllowsFails() throws {
        try simulate(.caching(), transport: MockTransport(.fresh(60, "12345"))) { client, _ async throws in
            #expect(try await client.fetch().text == "12345")
            let request = ClientRequest(url: .example("x"))
            let error = await resilientError {
                try await client.send(request, options: RequestOptions(responseLimit: 4))
            }
            #expect(error?.code == .responseTooLarge)
            #expect(try await client.send(request, options: RequestOptions(responseLimit: 5)).source == .cache)
        }
    }

    @Test func aStreamIsServedFromWhatIsKeptAndKeepsNothing() throws {
        let transport = MockTransport(
            .stream([Data("ab".utf8)], headers: [.cacheControl: "max-age=60"]),
            .fresh(60, "cd")
        )
        try simulate(.caching(), transport: transport) { client, simulation async throws in
            func stream() async throws -> String {
                var data = Data()
                for try await chunk in try await client.stream(ClientRequest(url: .example("x"))) { data += chunk }
                return String(decoding: data, as: UTF8.self)
            }
            #expect(try await stream() == "ab")
            #expect(try await client.fetch().text == "cd")
            #expect(try await stream() == "cd")
            #expect(transport.requestCount == 2)
            #expect(client.callsInFlight == 0)
        }
    }

    /// A transport that has unpacked a body leaves the strong ETag of the packed one.
    @Test func noPartIsCutFromABodyThatWasPacked() throws {
        let transport = MockTransport()
        let fields: HeaderFields = [.cacheControl: "max-age=60", .eTag: "\"gzip\""]
        var unpacked = ClientResponse(status: 200, headers: fields, body: .text("0123456789"))
        unpacked.isUnpacked = true
        transport.on(.any, .response(unpacked))
        try simulate(.caching(), transport: transport) { client, _ async throws in
            #expect(try await client.fetch("packed").status == 200)
            #expect(try await client.fetch("packed").source == .cache)
            #expect(try await client.fetch("packed", [HeaderFields.range: "bytes=2-4"]).source == .network)
        }
    }

    @Test func partsAreCutFromWhatIsWholeAndKeptForTheSamePart() throws {
        let transport = MockTransport()
        transport.on(.path("/whole"), .fresh(60, "0123456789"))
        transport.on(.path("/part")) {
            .status(
                206,
                headers: [.cacheControl: "max-age=60", .init(constant: "Content-Range"): "bytes 0-1/9"],
                body: "\($0.number)"
            )
        }
        try simulate(.caching(), transport: transport) { client, _ async throws in
            func part(_ path: String, _ range: String) async throws -> ClientResponse {
                try await client.fetch(path, [HeaderFields.range: range])
            }
            #expect(try await client.fetch("whole").status == 200)
            let cut = try await part("whole", "bytes=2-4")
            #expect(cut.status == 206 && cut.text == "234" && cut.source == .cache)
            #expect(cut.headers[.init(constant: "Content-Range")] == "bytes 2-4/10")
            #expect(try await part("whole", "bytes=-2").text == "89")
            for other in ["bytes=0-1,4-5", "bytes=99-", "lines=1-2"] {
                #expect(try await part("whole", other).source == .network)
            }
            #expect(transport.requestCount == 4)
            #expect(try await part("part", "bytes=0-1").text == "5")
            #expect(try await part("part", "bytes=0-1").text == "5")
            #expect(try await part("part", "bytes=0-2").text == "6")
            #expect(try await client.fetch("part").text == "7")
        }
    }

    @Test func aRedirectIsKeptForItsHop() throws {
        let transport = MockTransport()
        transport.on(.path("/old"), .status(301, headers: [.location: "/new", .cacheControl: "max-age=60"]))
        transport.on(.path("/new")) { .status(200, body: "\($0.number)") }
        let configuration = Configuration.caching().with { $0.redirects = RedirectConfiguration() }
        try simulate(configuration, transport: transport) { client, _ async throws in
            #expect(try await client.fetch("old").text == "2")
            #expect(try await client.fetch("old").text == "3")
            #expect(transport.requests.map(\.request.url.path) == ["/old", "/new", "/new"])
        }
    }
}
