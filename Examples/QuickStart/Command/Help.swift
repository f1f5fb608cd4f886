/// The text of `--help`.
enum Help {
    static let text = """
        Sends the same requests through bare URLSession and through ResilientHTTP to a server that
        misbehaves by script, and compares what came of them. At the end comes an outage of a fixed length,
        with ResilientHTTP's circuit breaker and without it: what still reaches the ill server, and how soon
        calls are back; and a crowd that wants the same page at once, with deduplication and cache and without.

        USAGE: swift run QuickStart [options]

          --requests N   requests per scenario and client (default \
        \(Options.defaultRequests)); not for outage and crowd
          --seed N       what all faults and delays are derived from (default \(Options.defaultSeed))
          --url URL      GET a server of your own instead of the embedded one
          --transport T  what ResilientHTTP sends through: urlsession (default) or, on Linux, curl
          --json         machine-readable results on standard output, progress on standard error
          --no-retry     turn retrying off, to see what the check at the end finds
          --help         this text

        EXIT STATUS: 0 when ResilientHTTP recovered every recoverable request, did nothing twice, in the
        outage spared the ill server and was back in time, and sent one request for a crowd; 1 when it did not, 64 for a command line that cannot
        be understood, 70 for a run that could not be carried out.

        """
}
