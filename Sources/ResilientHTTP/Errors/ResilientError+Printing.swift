extension ResilientError: CustomReflectable {
    /// What is dumped: everything, texts without secrets, of the body's beginning only its size.
    public var customMirror: Mirror {
        Mirror(
            self,
            children: [
                "code": code.rawValue, "message": Shown.text(message), "requestID": requestID as Any,
                "endpoint": endpoint.map(Shown.text) as Any, "attempts": attempts,
                "explanation": Shown.text("\(explanation)"),
                "timings": timings, "retryAfter": retryAfter as Any, "status": status as Any, "headers": headers,
                "bodyPrefix": "\(bodyPrefix.count) bytes", "reachedServer": reachedServer as Any,
                "cause": cause.map(Shown.error) as Any, "problems": problems.map { Shown.text("\($0)") },
            ],
            displayStyle: .struct
        )
    }
}

extension Attempt: CustomReflectable {
    /// What is printed and dumped: everything, of an error its description without secrets.
    public var customMirror: Mirror {
        Mirror(
            self,
            children: [
                "number": number, "delay": delay, "duration": duration, "status": status as Any,
                "error": error.map(Shown.error) as Any, "connection": connection as Any,
            ],
            displayStyle: .struct
        )
    }
}
