/// All parts of the benchmark, in the order of the report.
enum Sections {
    static let all: [any BenchmarkSection] = [
        ThroughputSection(),
        ChatSection(),
        EfficiencySection(),
        IdenticalSection(),
        HundredSection(),
        StreamSection(),
        PipelineSection(),
        KeySection(),
        WaitingSection(),
        WaiterSection(),
        CacheSection(),
        CacheMemorySection(),
    ]

    static let names = all.map(\.name)
}
