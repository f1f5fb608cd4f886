#if os(Linux)
/// The fields that both sides know from the beginning (RFC 7541, appendix A).
enum StaticTable {
    static let fields = text.split(separator: "\n").map { line in
        let parts = line.split(separator: " ", maxSplits: 1)
        return HeaderDecoder.Field(name: String(parts[0]), value: parts.count > 1 ? String(parts[1]) : "")
    }

    private static let text =
        """
        :authority
        :method GET
        :method POST
        :path /
        :path /index.html
        :scheme http
        :scheme https
        :status 200
        :status 204
        :status 206
        :status 304
        :status 400
        :status 404
        :status 500
        accept-charset
        accept-encoding gzip, deflate

        """ + names.split(separator: " ").joined(separator: "\n")

    /// From 17 on none has a value.
    private static let names = """
        accept-language accept-ranges accept access-control-allow-origin age allow authorization cache-control \
        content-disposition content-encoding content-language content-length content-location content-range \
        content-type cookie date etag expect expires from host if-match if-modified-since if-none-match if-range \
        if-unmodified-since last-modified link location max-forwards proxy-authenticate proxy-authorization range \
        referer refresh retry-after server set-cookie strict-transport-security transfer-encoding user-agent vary via \
        www-authenticate
        """
}
#endif
