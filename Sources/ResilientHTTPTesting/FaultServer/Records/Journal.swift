import Foundation

/// The bounded memory of what happened; a value inside the server's lock.
struct Journal {
    private let configuration: FaultServer.Configuration
    private(set) var requests: [FaultServer.ReceivedRequest] = []
    private(set) var connections: [FaultServer.ConnectionRecord] = []
    private(set) var counters = FaultServer.Counters()
    private(set) var completeByPath: [String: Int] = [:]
    private var recordedBytes = 0
    /// Identifiers go on over a `reset()`; what began before the first of these is forgotten.
    private var firstSequence = 0
    private var nextSequence = 0
    private var firstConnection = 0
    private var nextConnection = 0

    init(_ configuration: FaultServer.Configuration) {
        self.configuration = configuration
    }

    mutating func reset() {
        let open = counters.open
        requests.removeAll()
        connections.removeAll()
        completeByPath.removeAll()
        counters = FaultServer.Counters()
        counters.open = open
        recordedBytes = 0
        firstSequence = nextSequence
        firstConnection = nextConnection
    }

    mutating func opened(port: Int, at time: UInt64) -> Int {
        let id = nextConnection
        nextConnection += 1
        counters.accepted += 1
        counters.open += 1
        if connections.count < configuration.maximumRecordedConnections {
            connections.append(.init(id: id, port: port, openedAt: time))
        } else {
            counters.droppedConnections += 1
        }
        return id
    }

    mutating func received(_ bytes: ArraySlice<UInt8>, connection: Int) {
        counters.bytesReceived += bytes.count
        let limit = configuration.connectionPrefixBytes
        update(connection: connection) { record in
            record.bytesReceived += bytes.count
            record.prefix.append(contentsOf: bytes.prefix(max(limit - record.prefix.count, 0)))
        }
    }

    mutating func closed(connection: Int, ending: FaultServer.ConnectionRecord.Ending, at time: UInt64) {
        counters.open -= 1
        update(connection: connection) { record in
            record.closedAt = time
            record.ending = ending
        }
    }

    /// Numbers the request and records its head.
    mutating func arrived(_ request: inout FaultServer.ReceivedRequest) {
        request.sequence = nextSequence
        nextSequence += 1
        counters.requests += 1
        update(connection: request.connection) { $0.requests += 1 }
        // A gap would break the lookup by sequence, so after the first dropped request all later ones are dropped.
        if counters.droppedRequests == 0, requests.count < configuration.maximumRecordedRequests,
            recordedBytes + request.rawHead.count <= configuration.maximumRecordedBytes
        {
            recordedBytes += request.rawHead.count
            requests.append(request)
        } else {
            counters.droppedRequests += 1
        }
    }

    mutating func chose(_ behaviour: String, for sequence: Int) {
        guard sequence >= firstSequence else { return }
        counters.behaviours[behaviour, default: 0] += 1
        update(sequence: sequence) { $0.behaviour = behaviour }
    }

    /// The request's body is complete, or will never be.
    mutating func ended(_ request: FaultServer.ReceivedRequest) {
        guard request.sequence >= firstSequence else { return }
        if request.isComplete {
            counters.completeRequests += 1
            if completeByPath.count < configuration.maximumRequestKeys || completeByPath[request.path] != nil {
                completeByPath[request.path, default: 0] += 1
            }
        } else {
            counters.incompleteRequests += 1
        }
        let body = request.body.prefix(configuration.maximumRecordedBytes - recordedBytes)
        update(sequence: request.sequence) { record in
            record.body = body
            record.bodyBytes = request.bodyBytes
            record.isComplete = request.isComplete
        }
        if request.sequence - firstSequence < requests.count { recordedBytes += body.count }
    }

    mutating func refused() {
        counters.refusedRequests += 1
    }

    mutating func partialHead() {
        counters.partialHeads += 1
    }

    private mutating func update(sequence: Int, _ change: (inout FaultServer.ReceivedRequest) -> Void) {
        let index = sequence - firstSequence
        if requests.indices.contains(index) { change(&requests[index]) }
    }

    private mutating func update(connection: Int, _ change: (inout FaultServer.ConnectionRecord) -> Void) {
        let index = connection - firstConnection
        if connections.indices.contains(index) { change(&connections[index]) }
    }
}
