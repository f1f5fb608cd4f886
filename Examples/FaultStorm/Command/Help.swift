/// The text of `--help`.
enum Help {
    static let text = """
        Sends requests through ResilientHTTP to a server that does everything wrong that it can, cancels
        some of them at random, and checks every outcome: an answer by its digest, a failure by its type. A share
        of the answers is read as it arrives, with pauses; a quarter of these is dropped before its end.

        USAGE: swift run FaultStorm [options]

          --transport T        \(StormTransport.all.map(\.name).joined(separator: ", ")) (default urlsession)
          --requests N         calls in all (default \(Options().requests))
          --seed N             what order and cancellations are derived from (default \(Options().seed))
          --in-flight N        calls at a time (default \(Options().inFlight))
          --streams N          answers of a hundred that are read as they arrive (default \(Options().streamedPercent))
          --behaviours A,B     only these, also such as end the process (default: all that the transport survives)
          --no-cancel          cancel no call
          --bare               bare URLSession in the place of ResilientHTTP
          --compare            both, one after the other, and the growth of their memory
          --hostile N          a campaign instead: N responses from a generator, damaged in all ways, each with an
                               identity, so that no request gets another's (not through URLSession, which it ends)
          --patience N         seconds for each of them, for slow machines and memory checkers (default 5)
          --json               machine-readable results on standard output, progress on standard error
          --list               the catalogue of behaviours
          --help               this text

        EXIT STATUS: 0 when every call ended as it should, 1 when one did not, a behaviour was not met often
        enough, descriptors were left or (with --compare) memory grew more than allowed; 64 for a command
        line that cannot be understood, 70 for a run that could not be carried out.

        """
}
