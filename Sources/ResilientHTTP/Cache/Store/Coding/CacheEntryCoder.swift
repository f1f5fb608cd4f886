public import Foundation

/// Turns answers into bytes and back, for stores outside the process.
///
/// Times on a client's clock mean nothing to another process: the bytes hold the time of day instead, and reading
/// them gives times on the reader's clock again. Bytes that are cut off or changed give an error or another answer,
/// never a trap; a store whose bytes may change should add a checksum.
public struct CacheEntryCoder: Sendable {
    /// The form of the bytes; another one is not read.
    private static let version: UInt8 = 1

    private let runtime: ClientRuntime

    /// Makes a coder that turns times by a runtime's two clocks.
    public init(runtime: ClientRuntime = .system) {
        self.runtime = runtime
    }

    /// The bytes of an answer.
    public func encode(_ entry: CacheEntry) -> Data {
        let clock = DayClock(runtime)
        var writer = ByteWriter()
        writer.write(Self.version)
        writer.write(entry.key.scope.high)
        writer.write(entry.key.scope.low)
        writer.write(entry.key.method.rawValue)
        writer.write(entry.key.url)
        writer.write(entry.key.body) { $0.write($1) }
        writer.write(entry.selectors) { writer, selector in
            writer.write(selector.name.rawName)
            writer.write(selector.value) { $0.write($1) }
        }
        writer.write(UInt16(clamping: entry.status.code))
        writer.write(entry.headers) { writer, field in
            writer.write(field.name.rawName)
            writer.write(field.value)
        }
        writer.write(entry.body)
        writer.write(clock.day(of: entry.receivedAt))
        writer.write(entry.initialAge)
        writer.write(entry.lifetime)
        writer.write(clock.day(of: entry.discardAt))
        writer.write(entry.terms.flags)
        writer.write(entry.terms.staleWhileRevalidate)
        writer.write(entry.terms.staleIfError)
        writer.write(entry.endpoint) { $0.write($1) }
        writer.write(entry.tags.sorted()) { $0.write($1) }
        return writer.data
    }

    /// The answer of bytes. Throws `ResilientError` with code `decoding` when they are none.
    public func decode(_ data: Data) throws -> CacheEntry {
        do {
            return try data.withUnsafeBytes { bytes in
                var reader = ByteReader(bytes)
                let entry = try entry(&reader)
                guard reader.isAtEnd else { throw ByteReader.Malformed() }
                return entry
            }
        } catch {
            throw ResilientError(.decoding, "the bytes of a kept answer are cut off, changed or of another form")
        }
    }

    private func entry(_ reader: inout ByteReader) throws -> CacheEntry {
        guard try reader.number(UInt8.self) == Self.version else { throw ByteReader.Malformed() }
        let clock = DayClock(runtime)
        let scope = CredentialScope(high: try reader.number(), low: try reader.number())
        let method = ClientRequest.Method(try reader.text())
        let key = CacheKey(
            scope: scope,
            method: method,
            url: try reader.text(),
            body: try reader.optional { try $0.data() }
        )
        return CacheEntry(
            key: key,
            selectors: try reader.array { reader in
                CacheEntry.Selector(name: try Self.name(&reader), value: try reader.optional { try $0.text() })
            },
            status: ClientResponse.Status(Int(try reader.number(UInt16.self))),
            headers: HeaderFields(
                try reader.array { HeaderFields.Field(name: try Self.name(&$0), value: try $0.text()) }
            ),
            body: try reader.data(),
            receivedAt: clock.time(ofDay: try reader.number()),
            initialAge: try reader.duration(),
            lifetime: try reader.duration(),
            discardAt: clock.time(ofDay: try reader.number()),
            terms: CacheEntry.Terms(
                flags: try reader.number(),
                staleWhileRevalidate: try reader.duration(),
                staleIfError: try reader.duration()
            ),
            endpoint: try reader.optional { try $0.text() },
            tags: Set(try reader.array { try $0.text() })
        )
    }

    private static func name(_ reader: inout ByteReader) throws -> HeaderFields.Name {
        guard let name = HeaderFields.Name(try reader.text()) else { throw ByteReader.Malformed() }
        return name
    }
}

/// One moment on both of a runtime's clocks, by which the times of one are times of the other.
private struct DayClock {
    private let now: MonotonicTime
    /// Nanoseconds since 1970.
    private let date: MonotonicTime

    init(_ runtime: ClientRuntime) {
        now = runtime.now
        let seconds = runtime.date.timeIntervalSince1970
        // 292 years; a clock that says more, or nothing, is as good as any other time.
        date = MonotonicTime(nanoseconds: seconds.magnitude < 9e9 ? Int64(seconds * 1e9) : 0)
    }

    /// Nanoseconds since 1970; the end of time stays the end of time.
    func day(of time: MonotonicTime) -> Int64 {
        time == .distantFuture ? .max : (date + (time - now)).nanoseconds
    }

    func time(ofDay day: Int64) -> MonotonicTime {
        day == .max ? .distantFuture : now + (MonotonicTime(nanoseconds: day) - date)
    }
}

extension CacheEntry.Terms {
    fileprivate var flags: UInt8 {
        (needsValidation ? 1 : 0) | (forbidsStale ? 2 : 0) | (isHeuristic ? 4 : 0) | (isImmutable ? 8 : 0)
            | (isUnpacked ? 16 : 0)
    }

    fileprivate init(flags: UInt8, staleWhileRevalidate: Duration, staleIfError: Duration) {
        self.init()
        needsValidation = flags & 1 != 0
        forbidsStale = flags & 2 != 0
        isHeuristic = flags & 4 != 0
        isImmutable = flags & 8 != 0
        isUnpacked = flags & 16 != 0
        self.staleWhileRevalidate = staleWhileRevalidate
        self.staleIfError = staleIfError
    }
}
