extension ReportPage {
    /// Light and dark as the reader's system is; printed in black on white.
    static let style = """
        :root { color-scheme: light dark; --paper: #fff; --ink: #1c1c1a; --soft: #5d5b55; --line: #d4d1c8;
          --panel: #f5f3ee; --mark: #8a4b08 }
        @media (prefers-color-scheme: dark) { :root { --paper: #141413; --ink: #d9d6cf; --soft: #a09c92;
          --line: #3a3833; --panel: #1e1d1b; --mark: #e0a050 } }
        @page { size: A4; margin: 16mm 15mm }
        body { background: var(--paper); color: var(--ink); font: 15px/1.5 "Source Sans 3", "Noto Sans",
          "Helvetica Neue", Arial, sans-serif;
          max-width: 62em; margin: 2.5em auto; padding: 0 1.5em; overflow-wrap: anywhere }
        h1 { font-size: 1.9em; line-height: 1.2; margin: 0 0 .2em; font-weight: 600 }
        h2 { font-size: 1.15em; margin: 2.2em 0 .5em; padding-bottom: .2em; border-bottom: 1px solid var(--line);
          break-after: avoid }
        p { margin: .4em 0; max-width: 48em } .soft, figcaption, th { color: var(--soft) }
        .facts { display: flex; flex-wrap: wrap; gap: .4em 2.6em; margin: 1.1em 0 0; padding: 0 }
        .facts dt { color: var(--soft); font-size: .85em } .facts dd { margin: 0; font-size: 1.25em }
        table { border-collapse: collapse; width: 100%; margin: .6em 0; font-variant-numeric: tabular-nums }
        th, td { padding: .32em .8em .32em 0; text-align: right; border-bottom: 1px solid var(--line);
          vertical-align: baseline; overflow-wrap: normal }
        th { font-weight: 500; font-size: .85em; line-height: 1.3; vertical-align: bottom }
        th:first-child, td:first-child, .text { text-align: left } .text { overflow-wrap: anywhere }
        tr { break-inside: avoid } thead { display: table-header-group } tfoot td { color: var(--soft) }
        .swatch { display: inline-block; width: .75em; height: .75em; border-radius: 50%; margin-right: .5em;
          border: 1px solid var(--line); print-color-adjust: exact; -webkit-print-color-adjust: exact }
        .range { white-space: nowrap; color: var(--soft) } svg { width: 10em; height: 1em; vertical-align: middle }
        td:not(.text) { white-space: nowrap }
        figure { margin: 0; break-inside: avoid } img { max-width: 100%; display: block; background: #000 }
        .map img { border: 1px solid var(--line); max-height: 24cm; margin: auto }
        .grains { display: grid; grid-template-columns: repeat(auto-fill, minmax(14em, 1fr)); gap: 1em }
        .grains figure { background: var(--panel); padding: .5em; border: 1px solid var(--line) }
        .pair { display: flex; gap: 2px } .pair div { flex: 1; min-width: 0 }
        .pair img { width: 100%; image-rendering: pixelated } 
        .pair small { color: var(--soft); display: block; white-space: nowrap }
        .pair .made, .made { color: var(--mark) !important }
        .grains figcaption { font-size: .85em; line-height: 1.35; margin-top: .3em } .grains b { color: var(--ink) }
        .meaning { background: var(--panel); border: 1px solid var(--line); padding: .2em 1.2em .8em; margin-top: 2.2em;
          break-inside: avoid }
        .meaning h2 { border: 0; margin: .7em 0 .1em; padding: 0 }
        code { font: .85em/1.4 "Noto Sans Mono", "DejaVu Sans Mono", monospace }
        .captures { font-size: .85em } .plain td:first-child { white-space: nowrap; color: var(--soft) }
        .signatures { display: flex; gap: 3em; margin-top: 4.5em; break-inside: avoid }
        .signatures div { flex: 1; border-top: 1px solid var(--ink); padding-top: .3em; color: var(--soft);
          font-size: .85em }
        @media print { :root { color-scheme: light; --paper: #fff; --ink: #000; --soft: #444; --line: #bbb;
          --panel: #fff; --mark: #6a3500 } body { font-size: 10.5pt; max-width: none; margin: 0; padding: 0 }
          svg { width: 7em } .map img { max-height: 15cm } .facts { gap: .4em 1.6em } }
        """
}
