/// What the program says about how long an answer is fresh.
enum OwnTime: Equatable {
    /// Nothing: headers and, without them, the heuristic decide.
    case none
    /// So long where the server does not say.
    case unlessServerSays(Duration)
    /// So long, whatever the server says.
    case instead(Duration)

    /// Zero keeps nothing.
    var isPositive: Bool {
        switch self {
        case .none: false
        case .unlessServerSays(let time), .instead(let time): time > .zero
        }
    }
}
