import ResilientHTTP

/// What the ops that replay events on a virtual clock have in common.
enum TraceEvents {
    /// Events of a line.
    static let limit = 100_000

    /// Reads a list of events. `read` gets the fields of each and its place, for messages.
    static func list<Event>(
        _ fields: Fields,
        _ key: String,
        known: [String],
        read: (Fields) throws -> Event
    ) throws -> [Event] {
        let list = try fields.need(fields.array(key), key)
        guard list.count <= limit else {
            throw ResilientError.line("\(key) has \(list.count) entries: expected at most \(limit)")
        }
        return try list.enumerated().map { try read(Fields($1, at: "\(key).\($0)", known: known)) }
    }

    /// When an event happens, in whole microseconds from the start of the clock and not before the last event's.
    static func time(_ fields: Fields, after last: inout Int64) throws(ResilientError) -> MonotonicTime {
        let time = try fields.need(fields.integer("t_us", in: 0...1_000_000_000_000_000), "t_us")
        guard time >= last else {
            throw .line("\(fields.name(of: "t_us")) is \(time): the event before it is later, at \(last)")
        }
        last = time
        return MonotonicTime(nanoseconds: time * 1000)
    }
}
