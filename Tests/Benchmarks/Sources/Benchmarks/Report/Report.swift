import Foundation

/// All that was measured in one run.
struct Report: Sendable, Codable {
    let began: Date
    let machine: String
    let isQuick: Bool
    var seconds: Double = 0
    var sections: [ReportSection] = []
    /// What could not be measured, and why.
    var failures: [String] = []

    var isComplete: Bool { failures.isEmpty }

    init(isQuick: Bool) {
        began = Date()
        self.isQuick = isQuick
        let info = ProcessInfo.processInfo
        let memory = String(format: "%.0f GiB", Double(info.physicalMemory) / Double(1 << 30))
        machine = "\(info.activeProcessorCount) processors, \(memory), \(info.operatingSystemVersionString)"
    }

    var json: Data {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            encoder.dateEncodingStrategy = .iso8601
            return try encoder.encode(self) + Data("\n".utf8)
        }
    }
}
