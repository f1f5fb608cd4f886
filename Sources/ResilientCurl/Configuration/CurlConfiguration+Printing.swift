import Foundation
import ResilientHTTP

extension CurlConfiguration: CustomReflectable {
    /// What is printed and dumped: every setting, and of `proxy` neither user name nor password.
    public var customMirror: Mirror {
        let proxy = proxy.map { text in
            URL(string: text).map { Redactor.standard.redact($0) } ?? Redactor.mark
        }
        return Mirror(
            self,
            children: [
                "pool": pool, "tls": tls, "usesHTTP2": usesHTTP2, "decompresses": decompresses,
                "proxy": proxy as Any, "usesEnvironmentProxy": usesEnvironmentProxy,
                "unixSocketPath": unixSocketPath as Any, "resolve": resolve,
            ],
            displayStyle: .struct
        )
    }
}

extension CurlTLSConfiguration: CustomReflectable {
    /// What is printed and dumped: every setting but `keyPassword`.
    public var customMirror: Mirror {
        Mirror(
            self,
            children: [
                "minimumVersion": minimumVersion, "caFile": caFile as Any, "caCertificates": caCertificates as Any,
                "certificateFile": certificateFile as Any, "keyFile": keyFile as Any,
                "keyPassword": keyPassword.map { _ in Redactor.mark } as Any,
                "pinnedPublicKey": pinnedPublicKey as Any,
            ],
            displayStyle: .struct
        )
    }
}
