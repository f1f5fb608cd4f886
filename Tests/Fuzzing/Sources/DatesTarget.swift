import Foundation

/// The first byte chooses the current time, the rest is a field value: whatever reads it gives nothing or a moment
/// that is written and read back the same, or a wait within bounds.
@Sendable
func fuzzDates(_ input: UnsafeBufferPointer<UInt8>) {
    guard let choice = input.first else { return }
    let text = String(decoding: input.dropFirst(), as: UTF8.self)
    let times: [Int64] = [0, 1_696_004_797, -62_167_219_200, 253_402_300_799, .min, .max, 946_684_799, 4_102_444_800]
    let now = times[Int(choice) % times.count]

    let strict = HTTPDate.parse(text, now: now)
    let lenient = HTTPDate.parse(text, now: now, ignoringCase: true)
    require(strict == nil || strict == lenient, "case changes a date that is right")
    if let moment = lenient { checkRoundTrip(moment) }
    var number: Int64 = 0
    for byte in input.prefix(8) { number = number << 8 | Int64(byte) }
    if HTTPDate.format(number) != nil { checkRoundTrip(number) }

    if case .date(let moment)? = RetryAfter(text, now: now) {
        require(moment == HTTPDate.parse(text.trimmingOptionalWhitespace, now: now), "Retry-After has its own dates")
    }
    for hint in [RetryAfter(text, now: now), .milliseconds(text), .seconds(text)] {
        guard let delay = hint?.delay(now: now) else { continue }
        require(delay >= .zero && delay <= RetryAfter.maximumDelay, "a delay is out of bounds")
    }
    // A number with a fraction is one without, where there is no fraction.
    if case .delay(let whole)? = RetryAfter(text, now: now) {
        require(RetryAfter.seconds(text) == .delay(whole), "the two readings of seconds differ")
    }

    let date = Date(timeIntervalSince1970: 1_696_004_797.25)
    if choice & 0x38 == 0, let reset = ResetTime(text, date: date) {
        require(reset.delay >= .zero && reset.delay <= .longest, "a reset is out of bounds")
    }
    // One at a time: the slowest of them takes longer than all the rest.
    let names = [HeaderFields.Name.retryAfter, .retryAfterMilliseconds, .xShouldRetry, reset]
    let hints = ServerHints(ClientResponse(status: 429, headers: [names[Int(choice >> 6)]: text]), date: date)
    require((hints.delay ?? .zero) >= .zero && (hints.delay ?? .zero) <= .longest, "a hint is out of bounds")
}

private let reset = HeaderFields.Name(constant: "X-RateLimit-Reset")

private func checkRoundTrip(_ moment: Int64) {
    // 31 December 9999, 23:59:60 is a date that can be read and not written.
    guard moment != 253_402_300_800 else { return }
    guard let text = HTTPDate.format(moment) else { return require(false, "a date cannot be written") }
    require(text.utf8.count == 29, "a date is not 29 bytes long")
    require(HTTPDate.parse(text, now: 0) == moment, "a date is not read as it was written")
}
