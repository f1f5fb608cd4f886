#if os(Linux)
@testable import ResilientHTTPTesting

/// A request on its way, as its connection knows it.
struct FrameRequest {
    /// Where the server has noted it.
    let place: Int
    let path: String
    let key: String
    let repeats: Int
    var isAnswered = false
}

/// What it receives.
extension FrameConnection {
    func receive(_ frame: Frame) throws {
        switch Frame.Kind(rawValue: frame.kind) {
        case .headers, .continuation: try receiveHeaders(frame)
        case .data: receiveData(frame)
        case .settings where !frame.flags.contains(.acknowledgement):
            windows.apply(settings: frame.payload)
            send(Frame(.settings, .acknowledgement))
        case .ping where !frame.flags.contains(.acknowledgement):
            send(Frame(.ping, .acknowledgement, payload: frame.payload))
        case .windowUpdate:
            windows.extend(frame.stream, by: Int(UInt32(frame.payload[...])))
        case .resetStream:
            drop(frame.stream)
            let code = UInt32(frame.payload[...])
            if let request = requests.removeValue(forKey: frame.stream) {
                server.change(request.place) { $0.cancelled = code }
            }
        default: break
        }
    }

    private func receiveHeaders(_ frame: Frame) throws {
        guard let fields = try reader.headers(frame) else { return }
        if requests[frame.stream] == nil { begin(fields, frame.stream) }
        if reader.endsStream { complete(frame.stream) }
    }

    private func begin(_ fields: [HeaderDecoder.Field], _ stream: UInt32) {
        func value(_ name: String) -> String { fields.first { $0.name == name }?.value ?? "" }
        highest = max(highest, stream)
        let (path, key) = (value(":path"), value("x-request-key"))
        let (place, repeats) = server.note(
            Delivery(
                method: value(":method"),
                path: path,
                key: key,
                connection: number,
                stream: stream,
                isRefused: isBeyondLast(stream)
            )
        )
        requests[stream] = FrameRequest(place: place, path: path, key: key, repeats: repeats)
        if !reader.endsStream { ask(stream, isComplete: false) }
    }

    private func receiveData(_ frame: Frame) {
        if let request = requests[frame.stream] {
            server.change(request.place) { $0.bodyBytes += frame.payload.count }
        }
        if habits.extendsWindows, !frame.payload.isEmpty {
            let count = UInt32(frame.payload.count)
            for stream in [0, frame.stream] { send(.windowUpdate(stream, by: count)) }
        }
        if frame.flags.contains(.endStream) { complete(frame.stream) }
    }

    private func complete(_ stream: UInt32) {
        guard let request = requests[stream] else { return }
        server.change(request.place) { $0.isComplete = true }
        ask(stream, isComplete: true)
    }

    private func ask(_ stream: UInt32, isComplete: Bool) {
        guard !isBeyondLast(stream), let request = requests[stream] else { return }
        let arrival = Arrival(
            path: request.path,
            key: request.key,
            stream: stream,
            connection: number,
            repeats: request.repeats,
            isComplete: isComplete
        )
        perform(server.moves(arrival))
    }
}
#endif
