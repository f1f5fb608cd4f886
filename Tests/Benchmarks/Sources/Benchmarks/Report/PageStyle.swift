/// How the page looks, in light and in dark.
enum PageStyle {
    /// The class of a client's bars: who made it.
    static func family(_ name: String) -> String {
        if name.hasPrefix("CurlTransport") { return "curl" }
        if name.hasPrefix("URLSessionTransport") { return "wrapped" }
        if name.hasPrefix("URLSession") { return "session" }
        if name.hasPrefix("async-http-client") { return "nio" }
        if name.hasPrefix("C loop") { return "loop" }
        return name.hasSuffix("(Python)") ? "python" : "curl"
    }

    static let css = """
        :root {
          color-scheme: light dark;
          --ground: #fbfbfd; --card: #ffffff; --text: #1d2230; --soft: #667085; --grid: #e3e6ee;
          --curl: #3b5bdb; --wrapped: #8298ee; --session: #98a2b3; --nio: #e8590c; --loop: #475467; --python: #2f9e6e;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #12141b; --card: #1a1d27; --text: #e6e8ef; --soft: #98a2b3; --grid: #2c3140;
            --curl: #748ffc; --wrapped: #4c63c9; --session: #697386; --nio: #ff922b; --loop: #b6bfd0; --python: #51cf9b;
          }
        }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
        main { max-width: 1400px; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
        h1 { font-size: 1.7rem; margin: 0 0 .25rem; }
        h2 { font-size: 1.15rem; margin: 0 0 .35rem; }
        nav { display: flex; flex-wrap: wrap; gap: .3rem 1.1rem; margin: 1rem 0 1.5rem; font-size: .9rem; }
        a { color: var(--curl); text-decoration: none; }
        a:hover { text-decoration: underline; }
        section { background: var(--card); border: 1px solid var(--grid); border-radius: 10px; padding: 1.1rem 1.25rem;
          margin: 0 0 1.25rem; }
        .note { color: var(--soft); margin: 0; font-size: .9rem; }
        .failure { color: var(--nio); }
        .plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 520px), 1fr)); gap: 1rem 2rem;
          margin: .9rem 0; }
        figure { margin: 0; }
        figcaption { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; font-size: .85rem; color: var(--soft); }
        figcaption span::before { content: "● "; color: currentColor; }
        svg { width: 100%; height: auto; font: 13px system-ui, sans-serif; }
        svg text { fill: var(--text); }
        svg .title { font-weight: 600; }
        svg .name { text-anchor: end; fill: var(--soft); }
        svg .tick { text-anchor: middle; fill: var(--soft); }
        svg .grid { stroke: var(--grid); }
        .curl { fill: var(--curl); } .wrapped { fill: var(--wrapped); } .session { fill: var(--session); }
        .nio { fill: var(--nio); } .loop { fill: var(--loop); } .python { fill: var(--python); }
        svg g polyline { fill: none; stroke: currentColor; stroke-width: 2; }
        svg g circle { fill: currentColor; }
        .line0 { color: var(--curl); } .line1 { color: var(--nio); } .line2 { color: var(--python); }
        .line3 { color: var(--session); }
        summary { cursor: pointer; color: var(--soft); font-size: .9rem; }
        details { overflow-x: auto; }
        table { border-collapse: collapse; margin-top: .5rem; font-size: .9rem; font-variant-numeric: tabular-nums; }
        th, td { padding: .2rem .8rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--grid); }
        th:first-child, td:first-child { text-align: left; padding-left: 0; }
        td.remark, td.missing { text-align: left; color: var(--soft); }
        tr.group td { text-align: left; font-weight: 600; padding-top: .7rem; }
        """
}
