#if os(Linux)
import CLibcurl
import Foundation
import ResilientHTTP

extension EasyHandle {
    /// A larger body is not copied, but read from where it is.
    private static let largestCopy = 64 << 10

    /// Sets what differs from request to request.
    func prepare(_ transfer: Transfer) throws {
        let request = transfer.request
        try set(clibcurl_set_text(raw, CLIBCURL_URL, request.url.absoluteString))
        prepareConnection(transfer)
        let method = request.method
        let ownName = try prepareBody(transfer)
        let name: String? = method == .get || method == .head || method.rawValue == ownName ? nil : method.rawValue
        if let name { try set(clibcurl_set_text(raw, CLIBCURL_CUSTOMREQUEST, name)) }
        if method == .head { try set(clibcurl_set_long(raw, CLIBCURL_NOBODY, 1)) }
        try prepareHeaders(request)
    }

    private func prepareConnection(_ transfer: Transfer) {
        let origin = transfer.request.origin
        if let origin {
            scheme = origin.scheme
            // Without TLS there is only HTTP/1.1, and nobody waits for a connection that might be shared.
            _ = clibcurl_set_long(raw, CLIBCURL_HTTP_VERSION, isShared ? CLIBCURL_HTTP_2_TLS : CLIBCURL_HTTP_1_1)
            _ = clibcurl_set_long(raw, CLIBCURL_PIPEWAIT, isShared ? 1 : 0)
        }
        _ = clibcurl_set_long(raw, CLIBCURL_CONNECTTIMEOUT_MS, Self.milliseconds(transfer.limits.wire.connect))
        // An old libcurl repeats in silence what it has sent on a kept connection that turns out to be closed.
        if !settings.tellsSendings {
            _ = clibcurl_set_long(raw, CLIBCURL_FRESH_CONNECT, transfer.mayBeRepeated ? 0 : 1)
        }
    }

    /// Says where the body comes from. Returns the method that libcurl would use by itself.
    private func prepareBody(_ transfer: Transfer) throws -> String {
        if let stream = transfer.upload {
            upload = .stream(stream)
            return try prepareUpload(length: stream.length)
        }
        switch transfer.request.body.storage {
        case .bytes(let data) where data.count > Self.largestCopy || transfer.context.wantsUploadProgress:
            upload = .memory(data)
            return try prepareUpload(length: data.count)
        case .bytes(let data):
            return try preparePost(data)
        default:
            // A method that is expected to have a body says that it has none (RFC 9110 §8.6).
            guard [.post, .put, .patch].contains(transfer.request.method) else { return "GET" }
            return try preparePost(Data())
        }
    }

    private func preparePost(_ data: Data) throws -> String {
        try set(clibcurl_set_long(raw, CLIBCURL_POST, 1))
        try set(data.withUnsafeBytes { clibcurl_set_body(raw, $0.baseAddress, $0.count) })
        return "POST"
    }

    private func prepareUpload(length: Int?) throws -> String {
        try set(clibcurl_set_long(raw, CLIBCURL_UPLOAD, 1))
        try set(clibcurl_set_size(raw, CLIBCURL_INFILESIZE_LARGE, Int64(length ?? -1)))
        return "PUT"
    }

    private func prepareHeaders(_ request: ClientRequest) throws {
        var (hasType, hasEncoding) = (false, !settings.decompresses)
        for field in request.headers {
            switch field.name {
            // The transport's own; it agrees with the body. Nobody here would wait for the server's consent.
            case .contentLength, .expect: continue
            case .contentType: hasType = true
            // A range of a packed body could not be unpacked.
            case .acceptEncoding, .range: hasEncoding = true
            default: break
            }
            try add(field.name.rawName, field.value)
        }
        if !hasEncoding { try add("Accept-Encoding", "gzip, deflate") }
        if !request.body.isEmpty || request.method == .post || request.method == .put || request.method == .patch {
            // What libcurl would add by itself: that a body is a form, and a wait for the server's consent.
            if !hasType { try add("Content-Type", request.body.isEmpty ? nil : request.body.contentType) }
            try add("Expect", nil)
        }
        try set(clibcurl_set_headers(raw))
    }

    /// Adds a line; nil for none, also not one of libcurl's own.
    private func add(_ name: String, _ value: String?) throws {
        var (name, value) = (name, value)
        let isAdded = name.withUTF8 { name in
            value?.withUTF8 { clibcurl_add_header(raw, name.baseAddress, name.count, $0.baseAddress, $0.count) }
                ?? clibcurl_add_header(raw, name.baseAddress, name.count, nil, -1)
        }
        if !isAdded { throw EventLoop.outOfMemory }
    }

    private func set(_ code: CInt) throws {
        guard code != 0 else { return }
        let text = String(cString: clibcurl_error_text(code))
        throw ResilientError(.invalidRequest, "libcurl refuses the request: \(text)", reachedServer: .no)
    }

    /// libcurl's own timeouts are in milliseconds, and 0 stands for the default (5 minutes).
    private static func milliseconds(_ duration: Duration?) -> Int {
        guard let duration else { return 0 }
        return Int(clamping: max(1, min(duration.saturatedNanoseconds / 1_000_000, Int64(CInt.max))))
    }
}

extension HeaderFields.Name {
    fileprivate static let expect = Self(constant: "Expect")
}
#endif
