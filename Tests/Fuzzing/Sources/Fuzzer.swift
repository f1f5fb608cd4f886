import Foundation

/// What libFuzzer calls with every input. The target is one for the whole process.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    target(UnsafeBufferPointer(start: start, count: start == nil ? 0 : count))
    return 0
}

private let target: @Sendable (UnsafeBufferPointer<UInt8>) -> Void = {
    switch ProcessInfo.processInfo.environment["RESILIENT_FUZZ_TARGET"] {
    case "events": return fuzzEvents
    case "dates": return fuzzDates
    case "fields": return fuzzFields
    case "urls": return fuzzURLs
    case "entries": return fuzzEntries
    case "redactor": return fuzzRedactor
    default: fatalError("RESILIENT_FUZZ_TARGET is none of events, dates, fields, urls, entries, redactor")
    }
}()

/// Ends the process, which libFuzzer takes for a finding.
func require(_ property: Bool, _ name: @autoclosure () -> String) {
    if !property { fatalError("broken: \(name())") }
}
