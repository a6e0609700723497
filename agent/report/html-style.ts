/** Style of the HTML report: system fonts, light and dark, a print form. */
export const STYLE = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--paper:#fff;--card:#f6f8fa;--line:#d0d7de;--flag:#b42318;--amber:#8a5a00}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9da7b3;--paper:#0d1117;--card:#161b22;--line:#30363d;--flag:#ff7b72;--amber:#e3b341}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:70rem;padding:1.5rem;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
h1{font-size:1.7rem;margin:0 0 .2rem}h2{font-size:1.2rem;margin:2rem 0 .2rem}h2 small{color:var(--soft);font-weight:400}
h3{font-size:1rem;margin:0 0 .4rem;overflow-wrap:anywhere}header p,section>p,footer{color:var(--soft);margin:.2rem 0 .8rem}
.summary{padding-left:1.1rem}.address{font-family:ui-monospace,monospace;margin-right:.6rem}
article{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.8rem 1rem;margin:.6rem 0;break-inside:avoid}
dl{display:flex;flex-wrap:wrap;gap:.2rem 1.6rem;margin:0}dl div{display:flex;gap:.4rem}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
.verdict{margin:.5rem 0 0}.verdict.restricted strong,.verdict.likely-restricted strong{color:var(--flag)}.verdict.needs-review strong,.contradiction{color:var(--amber)}
details{margin-top:.5rem}summary{cursor:pointer;color:var(--soft)}.evidence{border-top:1px solid var(--line);padding-top:.3rem}.evidence p{margin:.2rem 0;overflow-wrap:anywhere}
small{color:var(--soft)}pre{overflow-x:auto;background:var(--paper);border:1px solid var(--line);padding:.5rem;font-size:.8rem;white-space:pre-wrap;overflow-wrap:anywhere}
footer{border-top:1px solid var(--line);margin-top:2rem;padding-top:.6rem}
@media print{body{max-width:none;padding:0;font-size:11pt}details:not([open])>*:not(summary){display:none}}
`;
