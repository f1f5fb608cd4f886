/// The text of `--help`: the protocol.
enum Help {
    static let text = """
        The client behind JSON lines: one JSON object a line in, one a line out, for conformance suites and
        test harnesses in any language. All requests run at once; answers come in the order in which they
        are ready and carry the id of their line.

        USAGE: swift run Probe [options] < lines > answers

          --transport KIND   urlsession (default) or mock: of the clients whose config names none
          --grace SECONDS    how long calls may go on after the end of the input (default 60)
          --print-config     the complete recommended configuration as JSON: every key of "config"
          --print-options    the complete request options as JSON: every key of "options"
          --help             this text

        {"id":1,"client":"a","config":{…},"method":"GET","url":"http://127.0.0.1:8000/x",
         "headers":[["Accept","text/plain"]],"body":"text","options":{"attempt_timeout":2}}
        → {"id":1,"status":200,"headers":[["Content-Type","text/plain"]],"body":"…","body_b64":"…",
           "source":"network","attempts":1,"request_id":"…"}
        → {"id":1,"error":{"code":"attempt_timeout","message":"…","reached_server":"maybe","status":null,
           "retry_after_s":null,"attempts":[{"error":"attempt_timeout","status":null,"delay_s":0,
           "duration_s":2}]}}

        LINES
          id        any JSON value, given back as it came; null when there is none
          op        "request" when left out
          Null means the same as a key that is left out. Unknown keys and keys that stand twice are refused;
          empty lines are skipped. A line is at most 64 MiB of UTF-8. A line that cannot be used is answered
          with an error, like everything that goes wrong: codes are the library's (invalid_request for the
          line itself, configuration, unsupported for an op that is not there, attempt_timeout …), and
          cancelled. At most \(Session.lineLimit) lines are under way, \(Session.manualLineLimit) on manual clocks. Beyond that none is read, or
          it is refused with queue_full when only a clock could make room; so give calls that may hang a
          timeout.
          The end of the input ends the program when all is answered, with status 0. Calls that still wait
          for a manual clock, or longer than --grace, end with client_closed.

        REQUEST
          client    any JSON value; each new one makes a client, with the config of its first line. A later
                    line may repeat that config and not change it
          config    a preset's name, or an object: the library's configuration (keys that are left out have
                    their recommended values), and
                      preset     start from this preset instead; objects are laid over it key by key
                      transport  urlsession or mock
                      clock      system, or manual: stands still but for the op advance
                      mock       what the mock transport answers, one after the other, the last for ever:
                                 {"status":503,"headers":[["Retry-After","1"]],"body":"…","body_b64":"…",
                                 "after_s":1.5}, {"error":"connection_lost","reached_server":"maybe"} or
                                 {"hang":true}. Without a script: 200
                      seed       of the client's chance (jitter, request ids)
                    passthrough (default): no stage at all. recommended: what a new client has. retry:
                    nothing but the default retry. cache: not there yet
          method    "GET" when left out
          url       absolute, or below the config's base_url
          headers   pairs in order, or an object
          body, body_b64   text (sent as text/plain) or bytes (application/octet-stream); one of them
          options   the request options
          Statuses of 400 and above are answers. In an answer, body is the body as UTF-8 with replacement,
          body_b64 its exact bytes, and header fields stand as the transport gave them: urlsession keeps
          neither their order nor repeated lines apart.

        OTHER OPS
          {"op":"advance","client":"a","seconds":2.5} → {"id":2,"now":2.5}
                    moves a manual clock, from timer to timer. Lines before it have come to their waits when
                    it moves; lines behind it begin when it has stopped. Answers of what came due are
                    written before its own. With urlsession nobody knows when a server is done: before each
                    move, requests on the wire get \(ManualWorld.wirePatience.inSeconds) s of real time
          {"op":"close","client":"a"} → {"id":3,"closed":true}
                    shuts the client down and frees its name and its connections
          {"op":"retry_after","headers":[["Retry-After","120"]],"now":1696004797}
                    → {"id":4,"meaning":"delay","seconds":120}
                    delay, date (seconds from now, negative for the past), invalid or none
          {"op":"retry","config":{"max_attempts":3},"method":"GET","outcomes":[{"status":503}],
           "random":[0.5]}
                    → {"id":5,"results":[{"retry":true,"delay_s":0.25,"budget_left":495,
                       "source":"backoff","reason":null,"call":1}]}
                    what the retry stage does after each outcome (written as in mock), on a clock that jumps.
                    config is the configuration's retry section. When the call ends, the next outcome is the
                    first of another call of the same client. random: the numbers in [0, 1) that are
                    drawn, one for each retry, with jitter or without; pseudo-random ones when left out
          {"op":"sse","chunks_b64":["ZGF0YTogYQoK"]}
                    → {"id":6,"events":[{"type":"message","data":"a","lastEventId":""}],"retry_ms":null,
                       "last_event_id":""}

        EXAMPLE, as two lines of input
          {"id":1,"config":{"preset":"retry","clock":"manual","mock":[{"status":503},{}]},"url":"http://a/"}
          {"id":2,"op":"advance","seconds":60}

        EXIT STATUS: 0 at the end of the input, 64 for a command line that cannot be understood, 74 when
        nobody takes the output.

        """
}
