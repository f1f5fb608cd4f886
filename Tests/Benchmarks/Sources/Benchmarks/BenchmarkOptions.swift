/// What the command line asks for.
struct BenchmarkOptions: Sendable {
    let isQuick: Bool
    let printsJSON: Bool
    let only: String?

    init(_ arguments: [String]) {
        isQuick = arguments.contains("--quick")
        printsJSON = arguments.contains("--json")
        only = arguments.firstIndex(of: "--only").flatMap { index in
            index + 1 < arguments.count ? arguments[index + 1] : nil
        }
    }
}
