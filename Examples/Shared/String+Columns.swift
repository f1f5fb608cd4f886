extension String {
    /// The text with filler on the right, so wide.
    package func padded(_ width: Int, with filler: String = " ") -> String {
        self + filler.repeated(width - count)
    }

    /// The text with blanks on the left, so wide.
    package func leftPadded(_ width: Int) -> String {
        " ".repeated(width - count) + self
    }

    /// The text so many times; never for a negative number.
    package func repeated(_ times: Int) -> String {
        String(repeating: self, count: max(0, times))
    }
}
