/** Style of the HTML report: system fonts, light and dark, a print form that unfolds nothing and cuts nothing. */
export const STYLE = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#515963;--paper:#fff;--card:#f6f8fa;--line:#d0d7de;--flag:#b42318;--amber:#7a4f00;--link:#0a58ca}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#a3adb8;--paper:#0d1117;--card:#161b22;--line:#30363d;--flag:#ff8a80;--amber:#e3b341;--link:#79b8ff}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:72rem;padding:1.2rem;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
a{color:var(--link)}:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-99rem}.skip:focus{position:static}
h1{font-size:1.7rem;line-height:1.25;margin:0 0 .3rem}h2{font-size:1.25rem;margin:2rem 0 .3rem;padding-top:.6rem;border-top:1px solid var(--line)}
h3{font-size:1rem;margin:0 0 .4rem;overflow-wrap:anywhere}h4{font-size:.9rem;margin:.6rem 0 .2rem}
header p,section>p,.eyebrow,small,.note{color:var(--soft)}section>p{margin:.2rem 0 .7rem}header p,.note{margin:.2rem 0}
.address{font-family:ui-monospace,monospace;margin-right:.5rem}code,pre{font-family:ui-monospace,monospace;font-size:.85em}code{overflow-wrap:anywhere}
.figures{display:flex;flex-wrap:wrap;gap:.5rem;padding:0;margin:.6rem 0;list-style:none}.figures li{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.4rem .9rem}.figures strong{display:block;font-size:1.4rem;line-height:1.2}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(24rem,100%),1fr));gap:1rem;align-items:start}figure{margin:0;min-width:0}figcaption{font-size:.9rem;color:var(--soft);margin-bottom:.3rem}
svg{width:100%;height:auto;display:block}svg text{fill:var(--ink);font:13px system-ui,sans-serif}.line polyline{fill:none;stroke:var(--flag);stroke-width:2.5}.line circle,.bars rect{fill:var(--flag)}.grid{stroke:var(--line);fill:none}
article{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.8rem 1rem;margin:.6rem 0;content-visibility:auto;contain-intrinsic-size:auto 16rem}
dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(19rem,100%),1fr));gap:.15rem 1.4rem;margin:.5rem 0}dl.long{grid-template-columns:1fr}dl div{display:flex;gap:.5rem;min-width:0}dt{color:var(--soft);flex:none}dd{margin:0;min-width:0;overflow-wrap:anywhere}
#rules dl,[id^=policy] dl{grid-template-columns:1fr}
.verdict{margin:.3rem 0;overflow-wrap:anywhere}.verdict strong{color:var(--amber)}.verdict.restricted strong,.verdict.likely-restricted strong{color:var(--flag)}.exception{font-weight:600}
details{margin-top:.4rem}summary{cursor:pointer;color:var(--soft);overflow-wrap:anywhere}.evidence{border-top:1px solid var(--line);padding:.3rem 0}.evidence p{margin:0;overflow-wrap:anywhere}
pre{overflow-x:auto;background:var(--paper);border:1px solid var(--line);padding:.5rem;margin:.3rem 0;white-space:pre-wrap;overflow-wrap:anywhere}
.wide{overflow-x:auto;margin:.4rem 0}table{border-collapse:collapse;width:100%;font-size:.88rem}caption{text-align:left;color:var(--soft);padding:.2rem 0}
th,td{text-align:left;vertical-align:top;padding:.3rem .7rem .3rem 0;border-bottom:1px solid var(--line);overflow-wrap:break-word}thead th{white-space:nowrap;color:var(--soft);font-weight:600}tbody th{font-weight:400;font-family:ui-monospace,monospace;white-space:nowrap}
footer{margin-top:2rem}.nw{white-space:nowrap}
@media(max-width:40rem){svg text{font-size:21px}}
@media print{:root{color-scheme:light;--ink:#000;--soft:#333;--paper:#fff;--card:#fff;--line:#999;--flag:#a00;--amber:#630;--link:#000}body{max-width:none;padding:0;font-size:9.5pt}.skip{display:none}article{content-visibility:visible;contain-intrinsic-size:none;break-inside:avoid;padding:.4rem .6rem}article p,dl div{break-inside:avoid}h2,h3{break-after:avoid}.wide{overflow:visible}tr,figure{break-inside:avoid}table{font-size:8pt}th,td{padding-right:.4rem}td{overflow-wrap:anywhere}.charts{grid-template-columns:1fr 1fr}dl{grid-template-columns:repeat(3,1fr)}h2{margin-top:1rem}}
`;
