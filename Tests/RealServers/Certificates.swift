package import Foundation

/// Certificates of every kind, made by this process for itself.
package struct Certificates: Sendable {
    /// Who has issued what is right here. Clients trust it.
    package let authority: Identity
    /// For localhost, 127.0.0.1 and ::1.
    package let server: Identity
    /// For a host that no test calls.
    package let otherHost: Identity
    /// The right names, valid until yesterday.
    package let expired: Identity
    /// The right names, issued by itself.
    package let selfSigned: Identity
    /// The right names, issued by somebody whom nobody trusts.
    package let unknown: Identity
    /// A client's.
    package let client: Identity
    /// A client's, issued by somebody whom nobody trusts.
    package let unknownClient: Identity
    /// The key of ``client`` behind ``password``.
    package let encryptedKey: URL
    /// What ``encryptedKey`` is encrypted with.
    package let password = "correct horse"
    /// The digests of the public keys of ``server`` and ``client``, as `sha256//` and base64.
    package let (serverPin, clientPin): (String, String)

    private static let all = Result { try Certificates() }

    /// Those of this process, which are made at the first call and removed when it ends.
    package static func made() throws -> Certificates {
        try all.get()
    }

    private init() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("certificates-\(getpid())")
        try? FileManager.default.removeItem(at: folder)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Self.run(Self.script, password, in: folder)
        func identity(_ name: String) -> Identity { Identity(name, in: folder) }
        func pin(_ name: String) throws -> String {
            try "sha256//" + Data(contentsOf: folder.appendingPathComponent(name + ".pin")).base64EncodedString()
        }
        (authority, server, otherHost) = (identity("authority"), identity("server"), identity("other"))
        (expired, selfSigned, unknown) = (identity("expired"), identity("self"), identity("unknown"))
        (client, unknownClient) = (identity("client"), identity("unknown-client"))
        encryptedKey = folder.appendingPathComponent("client.encrypted.key")
        (serverPin, clientPin) = (try pin("server"), try pin("client"))
        atexit {
            guard case .success(let made) = Certificates.all else { return }
            try? FileManager.default.removeItem(at: made.authority.key.deletingLastPathComponent())
        }
    }

    private static func run(_ script: String, _ password: String, in folder: URL) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-euc", script, "sh", password]
        process.currentDirectoryURL = folder
        let log = folder.appendingPathComponent("log")
        try Data().write(to: log)
        let output = try FileHandle(forWritingTo: log)
        process.standardOutput = output
        process.standardError = output
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let text = try String(decoding: Data(contentsOf: log), as: UTF8.self)
            throw RealServerError(description: "openssl made no certificate: \(text)")
        }
    }

    /// Elliptic keys, because they are made at once. Nothing of the machine's own settings.
    private static let script = """
        printf '[req]\\ndistinguished_name=name\\n[name]\\n' > settings
        export OPENSSL_CONF="$PWD/settings"
        here='DNS:localhost,IP:127.0.0.1,IP:::1'
        key() {
            openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key"
        }
        alone() { # name, extension
            key "$1"
            openssl req -x509 -new -key "$1.key" -subj "/CN=$1" -days 2 -addext "$2" -out "$1.pem"
        }
        issue() { # name, issuer, names, days
            key "$1"
            openssl req -new -key "$1.key" -subj "/CN=$1" -out "$1.csr"
            printf 'subjectAltName=%s\\n' "$3" > "$1.names"
            openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial \\
                -days "$4" -extfile "$1.names" -out "$1.pem"
        }
        pin() {
            openssl pkey -in "$1.key" -pubout -outform DER | openssl dgst -sha256 -binary > "$1.pin"
        }
        alone authority 'basicConstraints=critical,CA:TRUE'
        alone nobody 'basicConstraints=critical,CA:TRUE'
        alone self "subjectAltName=$here"
        issue server authority "$here" 2
        issue other authority 'DNS:other.example' 2
        issue expired authority "$here" -1
        issue unknown nobody "$here" 2
        issue client authority 'DNS:client.example' 2
        issue unknown-client nobody 'DNS:client.example' 2
        openssl pkey -in client.key -aes256 -passout "pass:$1" -out client.encrypted.key
        pin server
        pin client
        """
}
