/// The text of `--help`: the protocol.
enum Help {
    static let text = """
        The client behind JSON lines: one JSON object a line in, one a line out, for conformance suites and
        test harnesses in any language. All requests run at once; answers come in the order in which they
        are ready and carry the id of their line.

        USAGE: swift run Probe [options] < lines > answers

          --transport KIND   urlsession (default), curl or mock: of the clients whose config names none
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
                      transport  urlsession, curl (Linux) or mock
                      clock      system, or manual: stands still but for the op advance
                      mock       what the mock transport answers, one after the other, the last for ever:
                                 {"status":503,"headers":[["Retry-After","1"]],"body":"…","body_b64":"…",
                                 "after_s":1.5}, {"error":"connection_lost","reached_server":"maybe"} or
                                 {"hang":true}. Without a script: 200
                      seed       of the client's chance (jitter, request ids)
                    passthrough (default): no stage at all. recommended: what a new client has. retry:
                    nothing but the default retry. cache: nothing but the private cache of RFC 9111, which
                    stands in for a day for a server that fails; redirects are returned
          method    "GET" when left out
          url       absolute, or below the config's base_url
          headers   pairs in order, or an object
          body, body_b64   text (sent as text/plain) or bytes (application/octet-stream); one of them
          options   the request options
          Statuses of 400 and above are answers. In an answer, body is the body as UTF-8 with replacement,
          body_b64 its exact bytes, and header fields stand as the transport gave them: curl as they were
          received, urlsession keeps neither their order nor repeated lines apart.

        OTHER OPS
          {"op":"advance","client":"a","seconds":2.5} → {"id":2,"now":2.5}
                    moves a manual clock, from timer to timer. Lines before it have come to their waits when
                    it moves; lines behind it begin when it has stopped. Answers of what came due are
                    written before its own. With urlsession and curl nobody knows when a server is done: before each
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
          {"op":"breaker","config":{"failure_threshold":1,"open_duration_s":5,"success_threshold":1},
           "events":[{"t_us":0,"op":"acquire"},{"t_us":900,"op":"error"}]}
                    → {"id":6,"results":[
                       {"permitted":true,"state":"closed","failure_rate":null,"slow_rate":null},
                       {"permitted":null,"state":"open","failure_rate":null,"slow_rate":null}]}
                    what a circuit breaker does, one result an event. Events are acquire and, for a permit,
                    success, error, ignored or cancel; a result belongs to the oldest permit without one, or
                    to the n-th acquire of the line ("permit":n, from 1; refused ones count). t_us, whole
                    microseconds from 0, never goes back. duration_ms of a result: from its acquire when left
                    out. States are closed, open and half_open. config, all optional:
                      window     consecutive (default), count, or time_s (window_size in seconds)
                      failure_threshold      consecutive: so many failures in a row open it (5)
                      window_size, minimum_calls, failure_rate_threshold, slow_call_rate_threshold,
                      slow_call_ms           count and time_s; rates in percent, as in the results, where
                                 they are null below minimum_calls
                      open_duration_s or wait_open_ms    how long it stays open (60 s)
                      success_threshold      so many probes have to succeed (3)
                      half_open_calls        at most so many probes at once (3). Without success_threshold
                                 just so many probes: all succeed, or with a window their rates decide
          {"op":"breakers","client":"a"}
                    → {"id":7,"breakers":{"http://a":{"state":"open","failure_count":5,…}}}
                    the status of each of a client's circuit breakers by its key, dates as Unix time; none
                    when circuit_breaker is not in its config or nothing has been called. On a manual clock,
                    lines before it have come to their waits
          {"op":"limiter","config":{"capacity":20,"refill_per_s":10},"events":[{"t_us":0,"n":21}]}
                    → {"id":8,"results":[{"granted":false,"retry_after_us":null}]}
                    what a rate limit answers to demands that do not wait: one result an event, with t_us as
                    above and n (1 when left out) at once, all or nothing. retry_after_us: 0 when granted,
                    null when waiting never helps. config: a token bucket of capacity and refill_per_s, full
                    at first unless initial is a number; or limit_for_period and period_ms, for fixed periods
                    of which the first begins at 0
          {"op":"queue","ops":[{"op":"push","id":1,"priority":2},{"op":"pop"}]}
                    → {"id":9,"results":[1],"refused":[]}
                    in which order a queue with one slot lets its waiters go: the id that each pop gives,
                    null for an empty queue. The higher the priority the sooner, in order of arrival within
                    one; the id of a pop is not looked at. refused: the pushes that did not stay, with
                    their errors. config: the configuration's admission section; by default there is room
                    for all. At most \(TraceEvents.limit) events or ops a line
          {"op":"cache","config":{"max_entries":8,"ttl_s":20},"ops":[{"t":0.5,"op":"put","key":"a",
           "value":1},{"t":1,"op":"get","key":"a"},{"t":2,"op":"remove","key":"a"}]}
                    → {"id":11,"results":[1]}
                    what a cache in memory gives to each get, null for nothing; t, in seconds, never goes
                    back. What was unused for longest goes first. config: max_entries (1000), max_bytes
                    (64 MiB), ttl_s (300), from the put on
          {"op":"sse","chunks_b64":["ZGF0YTogYQoK"]}
                    → {"id":10,"events":[{"type":"message","data":"a","lastEventId":""}],"retry_ms":null,
                       "last_event_id":""}

        EXAMPLE, as two lines of input
          {"id":1,"config":{"preset":"retry","clock":"manual","mock":[{"status":503},{}]},"url":"http://a/"}
          {"id":2,"op":"advance","seconds":60}

        EXIT STATUS: 0 at the end of the input, 64 for a command line that cannot be understood, 74 when
        nobody takes the output.

        """
}
