#if os(Linux)
import CLibcurl
import ResilientHTTP

extension EasyHandle {
    /// What libcurl knows of the connection by now. Its times are all counted from the beginning of the transfer.
    var connectionFacts: ConnectionFacts {
        let isReused = clibcurl_info_long(raw, CLIBCURL_INFO_NUM_CONNECTS) == 0
        let (sent, answered) = (time(CLIBCURL_INFO_PRETRANSFER_TIME), time(CLIBCURL_INFO_STARTTRANSFER_TIME))
        var facts = ConnectionFacts(
            protocolName: protocolName,
            isReused: isReused,
            firstByte: .microseconds(max(0, answered - sent))
        )
        if let address = clibcurl_info_text(raw, CLIBCURL_INFO_PRIMARY_IP), address.pointee != 0 {
            facts.peerAddress = String(cString: address)
            facts.peerPort = clibcurl_info_long(raw, CLIBCURL_INFO_PRIMARY_PORT)
        }
        guard !isReused else { return facts }
        let found = time(CLIBCURL_INFO_NAMELOOKUP_TIME)
        let (connected, secured) = (time(CLIBCURL_INFO_CONNECT_TIME), time(CLIBCURL_INFO_APPCONNECT_TIME))
        facts.nameLookup = .microseconds(found)
        facts.connect = .microseconds(max(0, connected - found))
        // 0 for a connection without TLS.
        if secured > 0 { facts.tls = .microseconds(max(0, secured - connected)) }
        return facts
    }

    private func time(_ info: Int) -> Int64 { clibcurl_info_size(raw, info) }

    private var protocolName: String {
        switch clibcurl_info_long(raw, CLIBCURL_INFO_HTTP_VERSION) {
        case CLIBCURL_ANSWER_HTTP_1_0: "http/1.0"
        case CLIBCURL_ANSWER_HTTP_2: "h2"
        default: "http/1.1"
        }
    }
}
#endif
