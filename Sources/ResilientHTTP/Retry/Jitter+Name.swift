extension Jitter {
    /// The name in configurations.
    var name: String {
        switch kind {
        case .none: "none"
        case .full: "full"
        case .equal: "equal"
        case .decorrelated: "decorrelated"
        case .proportional: "proportional"
        case .symmetric: "symmetric"
        }
    }

    var amount: Double? {
        switch kind {
        case .none, .full, .equal, .decorrelated: nil
        case .proportional(let amount), .symmetric(let amount): amount
        }
    }
}
