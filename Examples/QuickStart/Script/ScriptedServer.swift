import ResilientHTTPTesting

/// The script as the server plays it.
enum ScriptedServer {
    private static let landing = ServerStep.ok.behaviour(index: 0)

    static func behaviour(
        for request: FaultServer.ReceivedRequest,
        _ plan: [PlannedRequest]
    ) -> FaultServer.Behaviour {
        guard let index = PlannedRequest.index(ofPath: request.path), plan.indices.contains(index) else {
            return .status(404)
        }
        if request.path == PlannedRequest.landingPath(index) { return plan[index].expectsEcho ? .echo : landing }
        return plan[index].step(arrival: request.attempt).behaviour(index: index)
    }
}
