extension FailedAttempt: CustomReflectable {
    /// What is printed and dumped: everything, without secrets.
    public var customMirror: Mirror {
        Mirror(
            self,
            children: [
                "attempt": attempt, "attemptLimit": attemptLimit as Any, "failureClass": failureClass,
                "request": request, "response": response as Any, "error": error.map(Shown.error) as Any,
            ],
            displayStyle: .struct
        )
    }
}
