extension Taken {
    /// Times so many operations, so many at once: a task for each of those, which does one after the other.
    static func spread(
        _ requests: Int,
        inFlight: Int,
        _ once: @escaping @Sendable () async throws -> Void
    ) async throws -> Taken {
        let started = Counter()
        return try await measure(requests: requests) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<inFlight {
                    group.addTask {
                        while started.next() <= requests { try await once() }
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}
