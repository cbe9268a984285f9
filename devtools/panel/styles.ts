/** The styles of the panel: its colours in both themes and without any, its frame, its header. */

const LIGHT = `
  --bg: #fbfbfa; --raised: #f0f0ee; --text: #1b1d20; --soft: #565b63; --line: #d9d9d4; --accent: #1d4ed8;
  --running: #1f6feb; --succeeded: #115e59; --pending: #858c97; --blocked: #a86400; --failed: #9b1c1c; --canceled: #6b4a8f;
  --frame: #9b1c1c; --frame-pale: #d9b3b3; color-scheme: light;`
const DARK = `
  --bg: #16181c; --raised: #20242a; --text: #e9ebee; --soft: #a6acb6; --line: #333842; --accent: #8ab4ff;
  --running: #3b82f6; --succeeded: #86efac; --pending: #6f7681; --blocked: #f0b429; --failed: #ef4444; --canceled: #d8b4fe;
  --frame: #ef4444; --frame-pale: #5b3338; color-scheme: dark;`

export const STYLES: string = `
:host { all: initial; }
.atelier { ${LIGHT} --row: 1.5rem; height: 100%; font: 0.75rem/1rem system-ui, sans-serif; font-variant-numeric: tabular-nums; color: var(--text); }
.atelier[data-theme="dark"] { ${DARK} }
@media (prefers-color-scheme: dark) { .atelier[data-theme="system"] { ${DARK} } }
@media (pointer: coarse) { .atelier { --row: 2rem; } }
@media (forced-colors: active) {
  .atelier, .atelier[data-theme] {
    --bg: Canvas; --raised: Canvas; --text: CanvasText; --soft: CanvasText; --line: GrayText; --accent: LinkText;
    --running: Highlight; --succeeded: CanvasText; --pending: GrayText; --blocked: CanvasText; --failed: CanvasText; --canceled: GrayText;
    --frame: CanvasText; --frame-pale: GrayText;
  }
  .bar, .bar *, .swatch, .histogram span, .badge { forced-color-adjust: none; }
  button:disabled { color: GrayText; }
  .atelier button[aria-pressed="true"], .atelier .panel.frozen .tools [aria-pressed="true"].pause { background: Highlight; border-color: Highlight; color: HighlightText; forced-color-adjust: none; }
  .status, .confirm, .dock { outline: 1px solid CanvasText; }
  .bar.queue { outline: 1px solid GrayText; }
}
*, *::before, *::after { box-sizing: border-box; }
button, select, input, summary { font: inherit; color: inherit; }
button, select, summary, .menu-items label {
  padding: 0.1875rem 0.5rem; border: 1px solid var(--line); border-radius: 0.25rem; background: var(--bg); cursor: pointer; white-space: nowrap;
}
button:hover, summary:hover, select:hover { background: var(--raised); }
button[aria-pressed="true"] { border-color: var(--accent); color: var(--accent); }
button:disabled { color: var(--soft); cursor: default; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
h2, h3, h4, p, dl, dd, figure, ul, pre { margin: 0; padding: 0; }
h2, h3, h4 { font-size: inherit; font-weight: 600; }
ul { list-style: none; }
.soft { color: var(--soft); }
.number { text-align: right; }
.open-button {
  position: fixed; z-index: 2147483000; width: 2.5rem; height: 2.5rem; padding: 0; border-radius: 50%; font-size: 1rem;
  background: var(--bg); box-shadow: 0 1px 6px rgb(0 0 0 / 30%);
}
.open-button::after { content: ''; position: absolute; inset: -3px; }
.open-button .badge {
  position: absolute; top: -0.375rem; right: -0.375rem; width: 1.125rem; height: 1.125rem; border: 1px solid var(--line); border-radius: 50%;
  background: var(--bg); font-size: 0.6875rem; line-height: 1rem; text-align: center; color: var(--soft);
}
.badge-busy { color: var(--running); } .badge-saturated { color: var(--blocked); } .badge-failed { color: var(--failed); }
.bottom-right { right: 1rem; bottom: 1rem; } .bottom-left { left: 1rem; bottom: 1rem; }
.top-right { right: 1rem; top: 1rem; } .top-left { left: 1rem; top: 1rem; }
.dock { position: fixed; z-index: 2147483000; background: var(--bg); box-shadow: 0 0 12px rgb(0 0 0 / 25%); max-width: 100vw; max-height: 100vh; }
.dock-bottom { left: 0; right: 0; bottom: 0; } .dock-right { top: 0; right: 0; bottom: 0; }
.splitter { position: absolute; z-index: 2; touch-action: none; }
.dock-bottom .splitter { top: -4px; left: 0; right: 0; height: 8px; cursor: ns-resize; }
.dock-right .splitter { left: -4px; top: 0; bottom: 0; width: 8px; cursor: ew-resize; }
.panel {
  position: relative; display: flex; flex-direction: column; height: 100%; min-height: 10rem; container: panel / inline-size;
  background: var(--bg); border-top: 1px solid var(--line); overflow: hidden;
}
.panel.frozen .body { box-shadow: inset 0 3px var(--blocked); padding-top: 3px; }
.panel.frozen .tools [aria-pressed="true"].pause { border-color: var(--blocked); color: var(--blocked); }
.header { display: flex; flex-wrap: wrap; align-items: center; gap: 0.375rem 0.75rem; padding: 0.375rem 0.75rem; border-bottom: 1px solid var(--line); }
.verdict { display: flex; flex-direction: column; flex: 1 1 12rem; min-width: 0; max-width: 40rem; padding: 0 0.25rem; border: 0; text-align: left; }
.verdict span { overflow: hidden; text-overflow: ellipsis; color: var(--soft); }
.verdict-saturated strong, .verdict-page-bound strong { color: var(--blocked); }
.verdict-crashing strong, .verdict-failed strong { color: var(--failed); }
.figures { display: flex; gap: 1rem; }
.figures div { display: flex; flex-direction: column-reverse; white-space: nowrap; }
.figures dt { color: var(--soft); } .figures dd { font-weight: 600; }
.tools { display: flex; flex-wrap: wrap; gap: 0.25rem; margin-left: auto; }
.menu { position: relative; }
.menu summary { list-style: none; } .menu summary::after { content: ' ▾'; }
.menu-items {
  position: absolute; z-index: 3; right: 0; top: calc(100% + 2px); display: grid; gap: 0.25rem; padding: 0.375rem;
  background: var(--bg); border: 1px solid var(--line); border-radius: 0.25rem; box-shadow: 0 2px 8px rgb(0 0 0 / 25%);
}
.menu-items button, .menu-items label { border-color: transparent; text-align: left; }
.menu-items label { position: relative; overflow: hidden; }
.menu-items input { position: absolute; opacity: 0; width: 1px; height: 1px; }
.menu-items label:focus-within { outline: 2px solid var(--accent); }
.tabs { display: flex; gap: 0.25rem; padding: 0 0.5rem; border-bottom: 1px solid var(--line); overflow-x: auto; flex: none; }
.tabs button { padding: 0.375rem 0.5rem; border: 0; border-radius: 0; color: var(--soft); }
.tabs button:hover { color: var(--text); }
.tabs button[aria-selected="true"] { color: var(--text); font-weight: 600; text-decoration: underline 2px var(--accent); text-underline-offset: 0.5rem; }
.body { position: relative; display: flex; flex: 1; min-height: 0; }
.main { position: relative; flex: 1; min-width: 0; display: flex; flex-direction: column; }
.scroll { overflow: auto; flex: 1; min-height: 0; }
.status { position: absolute; z-index: 3; left: 50%; bottom: 2.75rem; translate: -50%; max-width: 60%; padding: 0.125rem 0.5rem; background: var(--text); color: var(--bg); border-radius: 0.25rem; overflow-wrap: anywhere; pointer-events: none; }
.status:empty { display: none; }
.note { padding: 0.25rem 0.75rem; background: var(--raised); }
.empty { padding: 1.5rem; color: var(--soft); } .empty h3 { margin-bottom: 0.25rem; font-size: 0.875rem; color: var(--text); } .problem h3 { color: var(--failed); } .empty pre { margin-top: 0.75rem; max-width: 48rem; border-radius: 0.25rem; color: var(--text); padding: 0.75rem; background: var(--raised); white-space: pre-wrap; overflow-wrap: anywhere; }
.help { position: absolute; inset: 0; z-index: 4; padding: 0.75rem; background: var(--bg); overflow: auto; }
.help header { display: flex; justify-content: space-between; }
.help dl { columns: 16rem; margin-top: 0.5rem; } .help dl div { display: flex; gap: 0.75rem; padding: 0.125rem 0; } .help dt { width: 4rem; }
kbd { padding: 0 0.25rem; border: 1px solid var(--line); border-radius: 0.1875rem; font: inherit; }
@container panel (max-width: 80rem) { .figures { gap: 0.75rem; } }
@container panel (max-width: 56rem) {
  .header .verdict { max-width: none; } .verdict span { white-space: normal; }
  .figures { order: 3; width: 100%; display: grid; grid-template-columns: repeat(auto-fit, minmax(6rem, 1fr)); gap: 0.25rem 0.5rem; }
}
`
