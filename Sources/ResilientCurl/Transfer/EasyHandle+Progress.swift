#if os(Linux)
import CLibcurl
import ResilientHTTP

extension EasyHandle {
    /// How far the request has come.
    var reachedServer: ResilientError.ReachedServer {
        if head.hasBegun { return .yes }
        let isSent = settings.tellsSendings ? sendings > 0 : clibcurl_info_long(raw, CLIBCURL_INFO_REQUEST_SIZE) > 0
        return isSent ? .maybe : .no
    }

    /// Whether libcurl has not even begun to look for a connection.
    var isWaitingForConnection: Bool {
        reachedServer == .no && !clibcurl_is_resolving(raw)
            && clibcurl_info_size(raw, CLIBCURL_INFO_NAMELOOKUP_TIME) == 0
    }
}
#endif
