extension ClientResponse: CustomReflectable {
    /// What is printed and dumped: status, header fields, the body's size and where it came from, without secrets.
    public var customMirror: Mirror {
        Mirror(
            self,
            children: [
                "status": status, "headers": headers, "body": body, "source": source, "url": url.map(Shown.url) as Any,
                "requestID": requestID as Any, "connection": connection as Any,
            ],
            displayStyle: .struct
        )
    }
}
