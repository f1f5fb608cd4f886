import Foundation
import ResilientHTTP
import ResilientHTTPTesting
import Synchronization

extension Defect {
    static let all: [Defect] = requests + answers + repeats + ends
    /// In groups, so that tests of them can run at the same time, but not all.
    static let groups = [requests, answers, repeats, ends]

    private static let requests: [Defect] = [
        Defect("keeps one of repeated request fields", foundBy: ["repeated_headers_in_order"]) { base in
            FlawedTransport(base) { request, context, base in
                var request = request
                for name in Set(request.headers.map(\.name)) {
                    request.headers[name] = request.headers[values: name].last
                }
                return try await base.send(request, context: context)
            }
        },
        Defect("repairs values instead of refusing them", foundBy: ["header_injection_refused"]) { base in
            FlawedTransport(base) { request, context, base in
                var request = request
                let repaired = request.headers.map { field in
                    HeaderFields.Field(name: field.name, value: field.value.filter { !$0.isNewline && $0 != "\0" })
                }
                request.headers = HeaderFields(repaired)
                return try await base.send(request, context: context)
            }
        },
        Defect("adds a field of its own", foundBy: ["no_invented_headers"]) { base in
            FlawedTransport(base) { request, context, base in
                var request = request
                request.headers[.init(constant: "X-Powered-By")] = "me"
                return try await base.send(request, context: context)
            }
        },
        Defect("writes percent-encoding in its own way", foundBy: ["target_as_sent"]) { base in
            FlawedTransport(base) { request, context, base in
                var request = request
                request.url = URL(string: request.url.absoluteString.replacing("%2f", with: "%2F")) ?? request.url
                return try await base.send(request, context: context)
            }
        },
        Defect("believes a stream's length", foundBy: ["upload_length_that_lies"]) { base in
            FlawedTransport(base) { request, context, base in
                var request = request
                if let length = request.body.length, !request.body.isEmpty, length < 200 {
                    var data = try await request.body.collect()
                    data.append(Data(count: max(0, length - data.count)))
                    request.body = .bytes(data.prefix(length), contentType: request.body.contentType)
                }
                return try await base.send(request, context: context)
            }
        },
    ]

    private static let answers: [Defect] = [
        Defect(
            "throws for 4xx and 5xx",
            foundBy: [
                "every_status_is_an_answer", "answers_without_body",
                "challenge_is_an_answer", "failures_are_not_repeated",
            ]
        ) { base in
            FlawedTransport(base) { request, context, base in
                let response = try await base.send(request, context: context)
                guard response.status.code < 400 else { throw ResilientError(.status, "\(response.status)") }
                return response
            }
        },
        Defect("keeps one of repeated response fields", foundBy: ["repeated_response_headers"]) { base in
            FlawedTransport(base) { request, context, base in
                var response = try await base.send(request, context: context)
                for name in Set(response.headers.map(\.name)) { response.headers[name] = response.headers[name] }
                return response
            }
        },
        Defect("cuts bodies at 1,000,000 bytes", foundBy: ["bodies_of_a_length", "stream_arrives_whole"]) { base in
            FlawedTransport(base) { request, context, base in
                var response = try await base.send(request, context: context)
                if let data = response.body.data { response.body = .bytes(data.prefix(1_000_000)) }
                return response
            }
        },
        Defect("takes a cut for an end", foundBy: ["cut_body_of_a_length", "cut_chunked_body", "stream_cut"]) { base in
            FlawedTransport(base) { request, context, base in
                var response = try await base.send(request, context: context)
                let chunks = response.body
                guard chunks.isStream, context.deadline == nil, context.wireTimeouts.idle == nil else {
                    return response
                }
                response.body = .stream(EndsAtACut(base: chunks))
                return response
            }
        },
        Defect("names a decoded body after its encoding", foundBy: ["content_encoding_consistent"]) { base in
            FlawedTransport(base) { request, context, base in
                var response = try await base.send(request, context: context)
                if response.headers[.contentEncoding] != nil { response.body = .text("decoded") }
                return response
            }
        },
        Defect(
            "collects what it claims to stream",
            foundBy: ["stream_before_its_end", "stream_dropped"]
        ) {
            base in
            FlawedTransport(base) { request, context, base in
                var response = try await base.send(request, context: context)
                if context.body.isStream {
                    var data = Data()
                    for try await chunk in response.body { data.append(chunk) }
                    response.body = .bytes(data)
                }
                return response
            }
        },
        Defect("mixes up answers that come at once", foundBy: ["concurrent_requests"]) { base in
            let last = Mutex<ClientResponse?>(nil)
            return FlawedTransport(base) { request, context, base in
                let response = try await base.send(request, context: context)
                guard request.url.path.contains("concurrent") else { return response }
                return last.withLock { last in
                    defer { last = response }
                    return last ?? response
                }
            }
        },
    ]

    private static let repeats: [Defect] = [
        Defect("follows redirects", foundBy: ["redirects_come_back", "every_status_is_an_answer"]) { base in
            FlawedTransport(base) { request, context, base in
                let response = try await base.send(request, context: context)
                guard let location = response.headers[.location], response.status.isRedirection,
                    let url = URL(string: location, relativeTo: request.url)
                else { return response }
                return try await base.send(ClientRequest(url: url.absoluteURL), context: context)
            }
        },
        Defect("sends a POST again when its connection is lost", foundBy: ["post_is_sent_once"]) { base in
            FlawedTransport(base) { request, context, base in
                do {
                    return try await base.send(request, context: context)
                } catch let error as ResilientError where error.code == .connectionLost {
                    return try await base.send(request, context: context)
                }
            }
        },
        Defect("tries 503 again", foundBy: ["failures_are_not_repeated", "every_status_is_an_answer"]) { base in
            FlawedTransport(base) { request, context, base in
                let response = try await base.send(request, context: context)
                return response.status == 503 ? try await base.send(request, context: context) : response
            }
        },
        Defect(
            "says that nothing was sent when it does not know",
            foundBy: ["post_is_sent_once", "closed_before_head"]
        ) {
            base in
            FlawedTransport(base) { request, context, base in
                do {
                    return try await base.send(request, context: context)
                } catch var error as ResilientError where error.code == .connectionLost {
                    error.reachedServer = .no
                    throw error
                }
            }
        },
        Defect("keeps cookies", foundBy: ["no_cookies"]) { base in
            let jar = Mutex<String?>(nil)
            return FlawedTransport(base) { request, context, base in
                var request = request
                let isOurs = request.url.path.contains("no_cookies")
                if isOurs, let cookie = jar.withLock({ $0 }) { request.headers[.cookie] = cookie }
                let response = try await base.send(request, context: context)
                if let cookie = response.headers[.setCookie] { jar.withLock { $0 = cookie } }
                return response
            }
        },
        Defect("caches", foundBy: ["no_cache"]) { base in
            let cache = Mutex<[URL: ClientResponse]>([:])
            return FlawedTransport(base) { request, context, base in
                if let hit = cache.withLock({ $0[request.url] }) { return hit }
                let response = try await base.send(request, context: context)
                if response.headers[.cacheControl]?.contains("max-age") == true {
                    cache.withLock { $0[request.url] = response }
                }
                return response
            }
        },
    ]

    private static let ends: [Defect] = [
        Defect("is deaf to cancellation", foundBy: ["cancelled_before", "cancelled_while_waiting"]) { base in
            FlawedTransport(base) { request, context, base in
                try await Task { try await base.send(request, context: context) }.value
            }
        },
        Defect(
            "has no deadline",
            foundBy: ["deadline_before_answer", "deadline_within_body", "deadline_that_has_passed", "connect_timeout"]
        ) { base in
            FlawedTransport(base) { request, context, base in
                var context = context
                context.deadline = nil
                return try await base.send(request, context: context)
            }
        },
        Defect("has no timeouts of its own", foundBy: ["first_byte_timeout", "idle_timeout"]) { base in
            FlawedTransport(base) { request, context, base in
                var context = context
                context.wireTimeouts = WireTimeouts()
                return try await base.send(request, context: context)
            }
        },
        Defect("has a timeout of its own", foundBy: ["no_deadline_no_end"]) { base in
            FlawedTransport(base) { request, context, base in
                var context = context
                let runtime = context.runtime
                if request.url.path.contains("no_deadline") {
                    let limit = Duration.milliseconds(300)
                    context.tighten(Deadline(runtime.now + limit, kind: .attempt, timeout: limit))
                }
                return try await base.send(request, context: context)
            }
        },
        Defect("hangs at its shutdown", foundBy: ["shutdown_ends", "shutdown_ends_exchanges"]) { base in
            FlawedTransport(
                base,
                shuttingDown: { base in
                    await base.shutdown()
                    try? await Task.sleep(for: .seconds(3600))
                }
            )
        },
        Defect("does nothing at its shutdown", foundBy: ["shutdown_ends_exchanges", "shutdown_refuses_later_requests"])
        {
            base in
            FlawedTransport(base, shuttingDown: { _ in })
        },
        Defect("claims IPv6 and cannot", foundBy: ["ipv6_literals"]) { base in
            FlawedTransport(base) { request, context, base in
                guard request.url.absoluteString.contains("[") == false else {
                    throw ResilientError(.unsupported, "no IPv6 here", reachedServer: .no)
                }
                return try await base.send(request, context: context)
            }
        },
    ]
}

/// Ends where it should throw.
private struct EndsAtACut: AsyncSequence, Sendable {
    let base: ResponseBody

    func makeAsyncIterator() -> Iterator { Iterator(base: base.makeAsyncIterator()) }

    struct Iterator: AsyncIteratorProtocol {
        var base: ResponseBody.Iterator

        mutating func next() async throws -> Data? {
            try await next(isolation: nil)
        }

        mutating func next(isolation actor: isolated (any Actor)?) async throws(any Error) -> Data? {
            do {
                return try await base.next(isolation: actor)
            } catch let error as ResilientError where error.code == .connectionLost {
                return nil
            }
        }
    }
}
