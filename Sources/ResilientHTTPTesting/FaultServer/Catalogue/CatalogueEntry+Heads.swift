import Foundation
import ResilientHTTP

extension FaultServer.CatalogueEntry {
    private static func line(_ line: String) -> FaultServer.Behaviour {
        .headerLine(Data(line.utf8))
    }

    /// Heads that are large or malformed.
    static let heads: [Self] = [
        Self("large_headers", "100 KB of header lines", .hugeHeaders(bytes: 100_000), expected: ok),
        Self(
            "huge_headers",
            "10 MB of header lines",
            .hugeHeaders(bytes: 10_000_000),
            expected: nil,
            onURLSession: .fails(.protocolError, "limit 300 KiB")
        ),
        Self(
            "many_headers",
            "300 short header lines",
            .manyHeaders(count: 300),
            expected: ok,
            onURLSession: .answers(ok, "a timer a line on the one thread of all sessions")
        ),
        Self(
            "header_without_colon",
            "a header line without a colon",
            line("NoColon"),
            expected: nil,
            onURLSession: .fails(.protocolError)
        ),
        Self(
            "header_without_space",
            "`Name:value`",
            line("Name:value"),
            expected: ok,
            onURLSession: .fails(.protocolError)
        ),
        Self(
            "header_blank_value",
            "a value of spaces",
            line("Name:   "),
            expected: ok,
            onURLSession: .fails(.protocolError)
        ),
        Self(
            "header_not_utf8",
            "a value that is not UTF-8",
            .headerLine(Data("Name: ".utf8) + [0xff]),
            expected: ok,
            onURLSession: .fails(.protocolError)
        ),
        Self(
            "header_folded",
            "a header line that goes on in the next",
            line("Name: value\r\n folded"),
            expected: ok
        ),
        Self(
            "header_without_name",
            "`: value`",
            line(": value"),
            expected: nil,
            onURLSession: .fails(.protocolError)
        ),
        Self(
            "header_with_nul",
            "a value with a NUL",
            line("Name: va\0lue"),
            expected: nil,
            onURLSession: .fails(.protocolError)
        ),
        Self(
            "lf_only",
            "lines that end with LF alone",
            .lineFeedsOnly(),
            expected: ok,
            onURLSession: .fails(.protocolError)
        ),
        Self(
            "status_without_reason",
            "`HTTP/1.1 200` without a reason",
            .statusLine("HTTP/1.1 200"),
            expected: ok,
            onURLSession: .fails(.protocolError)
        ),
        Self(
            "status_no_number",
            "`HTTP/1.1 abc OK`",
            .statusLine("HTTP/1.1 abc OK"),
            expected: nil,
            onURLSession: .fails(.protocolError)
        ),
        Self(
            "status_of_four_digits",
            "`HTTP/1.1 2000 OK`",
            .statusLine("HTTP/1.1 2000 OK"),
            expected: nil,
            onURLSession: .fails(.protocolError)
        ),
        Self(
            "unknown_http_version",
            "`HTTP/3.7 200 OK`",
            .statusLine("HTTP/3.7 200 OK"),
            expected: nil,
            onURLSession: .fails(.protocolError)
        ),
        Self(
            "without_head",
            "a body without a head (HTTP/0.9)",
            .withoutHead(),
            expected: nil,
            onURLSession: .fails(.protocolError)
        ),
    ]

    /// Large enough to be on its way still when the server loses interest.
    private static let upload = Data(SeededBytes.make(200_000, seed: 3))

    /// Servers that do not take what is sent.
    static let uploads: [Self] = [
        Self(
            "slow_read",
            "reads 2 bytes a millisecond, then answers",
            .slowRead(bytes: 2, every: .milliseconds(1)),
            upload: Data("0123456789".utf8),
            expected: ok
        ),
        Self(
            "slow_upload",
            "reads 64 KiB a millisecond, then answers",
            .slowRead(bytes: 65_536, every: .milliseconds(1)),
            upload: upload,
            expected: ok
        ),
        Self(
            "never_reads_upload",
            "never reads the body",
            .neverReadsUpload,
            upload: upload,
            expected: nil,
            onURLSession: .fails(.attemptTimeout)
        ),
        Self("early_answer", "answers before the body, then reads it", .early(.ok), upload: upload, expected: ok),
        Self(
            "early_answer_closes",
            "answers before the body, then FIN",
            .early(.ok, then: .closes),
            upload: upload,
            expected: ok
        ),
        Self(
            "early_answer_resets",
            "answers before the body, then RST",
            .early(.ok, then: .resets),
            upload: upload,
            expected: ok,
            onURLSession: .fails(.connectionLost, "unless the answer was read first")
        ),
        Self(
            "reset_before_body",
            "RST when the head has come",
            .resetBeforeHead(readingBody: false),
            upload: upload,
            expected: nil,
            onURLSession: .fails(.connectionLost)
        ),
    ]

    /// What happens before a request can be read.
    static let connections: [Self] = [
        Self(
            "reset_on_accept",
            "RST when the connection is made",
            fault: .resetsOnAccept,
            onURLSession: .fails(.connectFailed, "or `connection_lost`, as RST comes after connecting")
        ),
        Self(
            "close_on_accept",
            "FIN when the connection is made",
            fault: .closesOnAccept,
            onURLSession: .fails(.connectionLost)
        ),
        Self(
            "reset_on_first_byte",
            "RST at the request's first byte",
            fault: .resetsOnFirstByte,
            onURLSession: .fails(.connectionLost)
        ),
        Self("never_reads", "accepts and never reads", fault: .neverReads, onURLSession: .fails(.attemptTimeout)),
        Self(
            "never_accepts",
            "listens and never accepts; the backlog is full",
            accepts: false,
            onURLSession: .fails(.attemptTimeout)
        ),
        Self("speaks_first", "an SSH server's greeting", fault: .speaksFirst, onURLSession: .fails(.protocolError)),
    ]
}
