extension ClientRequest: CustomReflectable {
    /// What is printed and dumped: method, URL, header fields and the body's size, without secrets.
    public var customMirror: Mirror {
        Mirror(
            self,
            children: ["method": method, "url": Shown.url(url), "headers": headers, "body": body],
            displayStyle: .struct
        )
    }
}
