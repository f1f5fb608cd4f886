/// How old an answer was when it came (RFC 9111 §4.2.3).
enum AnswerAge {
    /// The moment that an answer's `Date` names, in Unix seconds; when it came, if there is none that can be read.
    static func date(of headers: HeaderFields, received: Int64) -> Int64 {
        moment(.date, of: headers, received: received) ?? received
    }

    /// The moment that a field names; nil when it is not there or cannot be read. Names of months count in any case
    /// (RFC 9111 §4.2).
    static func moment(_ name: HeaderFields.Name, of headers: HeaderFields, received: Int64) -> Int64? {
        headers[name].flatMap {
            HTTPDate.parse($0.trimmingOptionalWhitespace, now: received, ignoringCase: true)
        }
    }

    /// corrected_initial_age: the greater of what the clocks say and of what caches on the way say, the time on the way
    /// included.
    ///
    /// - Parameters:
    ///   - headers: those of the answer.
    ///   - received: when it came, in Unix seconds.
    ///   - delay: how long it took to come.
    static func initial(_ headers: HeaderFields, received: Int64, delay: Duration) -> Duration {
        let apparent = Duration.seconds(max(0, received - date(of: headers, received: received)))
        return max(apparent, field(of: headers) + max(delay, .zero))
    }

    /// The `Age` field: the first member of its first line; one that is no number is ignored (§5.1).
    private static func field(of headers: HeaderFields) -> Duration {
        guard let first = headers[.age].flatMap({ FieldList.members($0).first }), first.utf8.first != UInt8(ascii: "\"")
        else { return .zero }
        return CacheControl.seconds(first) ?? .zero
    }
}
