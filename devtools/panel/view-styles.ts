/** The styles of the views: lists, bars with their textures, side panes, cards. Below 700 px the side pane is a screen over the list. */

/** Shape and texture carry the meaning. Colour only repeats it. */
const TEXTURES = `
.phase-running { background: var(--running); }
.phase-pending { background: repeating-linear-gradient(45deg, var(--pending) 0 2px, transparent 2px 4px); border: 1px solid var(--pending); }
.phase-blocked { background: repeating-linear-gradient(90deg, var(--blocked) 0 2px, transparent 2px 4px); }
.phase-returning, .phase-page { border: 1px solid var(--soft); }
.phase-trace { border: 1px solid var(--line); background: var(--raised); }
.phase-frame { background: var(--frame); }
.phase-failed.phase-running { background: var(--failed); clip-path: polygon(0 0, calc(100% - 4px) 0, 100% 50%, calc(100% - 4px) 100%, 0 100%); }
.phase-canceled.phase-running, .swatch.canceled { background: none; border: 1px dashed var(--canceled); }
.kind-span.phase-running { top: 25%; bottom: 25%; }
`

export const VIEW_STYLES: string = `
${TEXTURES}
.bar { position: relative; display: block; height: 0.625rem; background: var(--raised); border-radius: 1px; overflow: hidden; }
.phase { position: absolute; top: 0; bottom: 0; }
.swatch { display: inline-block; width: 0.75rem; height: 0.625rem; vertical-align: -1px; }
.calls { display: flex; flex-direction: column; flex: 1; min-height: 0; }
.filter { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem; padding: 0.375rem 0.75rem; border-bottom: 1px solid var(--line); }
.filter input { flex: 1 1 12rem; min-width: 8rem; padding: 0.1875rem 0.5rem; border: 1px solid var(--line); border-radius: 0.25rem; background: var(--bg); }
.filter input::placeholder { color: var(--soft); }
.hits { color: var(--soft); }
.list { flex: 1; min-height: 0; overflow: auto; }
.list-space { position: relative; } .list-rows { position: absolute; left: 0; right: 0; top: 0; }
.row, .titles {
  display: grid; grid-template-columns: 6.5rem minmax(8rem, 1.5fr) 3rem minmax(7.5rem, 12rem) 4.5rem 3.5rem minmax(4rem, 1fr);
  align-items: center; gap: 0.5rem; height: var(--row); padding: 0 0.75rem; cursor: default; white-space: nowrap;
}
.row > span, .titles > span { overflow: hidden; text-overflow: ellipsis; }
.row:hover { background: var(--raised); }
.titles { flex: none; color: var(--soft); border-bottom: 1px solid var(--line); }
.row.open { border-left: 3px solid var(--running); padding-left: calc(0.75rem - 3px); }
.row[aria-selected="true"] { background: var(--raised); outline: 2px solid var(--accent); outline-offset: -2px; }
.state > span:first-child { display: inline-block; width: 1rem; text-align: center; }
.state-failed, .state-rejected { color: var(--failed); } .state-succeeded { color: var(--succeeded); } .state-canceled { color: var(--canceled); }
.pane { width: 24rem; max-width: 50%; flex: none; padding: 0.75rem; overflow: auto; border-left: 1px solid var(--line); display: grid; gap: 0.625rem; align-content: start; grid-template-columns: minmax(0, 1fr); grid-auto-rows: max-content; }
.pane.wide { width: 34rem; }
.pane > header { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: start; gap: 0.5rem; }
.pane h3 { font-size: 0.875rem; overflow-wrap: anywhere; }
.pane > header button { border: 0; } .pane > header { flex-wrap: nowrap; }
.phases { display: flex; flex-wrap: wrap; gap: 0.25rem 0.75rem; }
.actions { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem; }
.danger { border-color: var(--failed); color: var(--failed); }
.facts div { display: grid; grid-template-columns: 8rem minmax(0, 1fr); gap: 0.5rem; padding: 0.125rem 0; border-top: 1px solid var(--line); }
.facts dt { color: var(--soft); } .facts dd { overflow-wrap: anywhere; user-select: text; } .facts .default dd { color: var(--soft); }
.error { padding: 0.5rem; border-left: 3px solid var(--failed); background: var(--raised); white-space: pre-wrap; overflow-wrap: anywhere; max-height: 12rem; overflow: auto; }
.why { padding: 0.5rem 0.75rem; background: var(--raised); border-left: 3px solid var(--blocked); }
.why h4 { font-size: 0.875rem; margin-bottom: 0.25rem; } .why p + p { margin-top: 0.125rem; color: var(--soft); }
.waterfall li { display: grid; grid-template-columns: 8rem minmax(0, 1fr) 4rem; align-items: center; gap: 0.5rem; height: 1.5rem; }
.waterfall .line-name { padding: 0; border: 0; text-align: left; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; background: none; }
.waterfall button.line-name { text-decoration: underline; text-decoration-color: var(--line); }
.waterfall .bar { overflow: visible; }
.waterfall .path { position: absolute; top: calc(100% + 1px); height: 2px; background: var(--accent); }
.scripts { display: grid; gap: 0.75rem; } .scripts li { display: grid; gap: 0.25rem; } .scripts p { overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 0.1875rem 0.75rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); font-weight: inherit; }
thead th { position: sticky; top: 0; background: var(--bg); color: var(--soft); }
th:first-child, .events th, .events td, .text { text-align: left; } .text { white-space: normal; width: 100%; overflow-wrap: anywhere; } .events td button { white-space: nowrap; }
td button, th button { padding: 0; border: 0; background: none; text-align: left; white-space: normal; overflow-wrap: anywhere; }
tbody button:hover { text-decoration: underline; }
.traces th, .traces td { height: var(--row); padding-block: 0; } .traces th:first-child { width: 100%; min-width: 7rem; max-width: 0; overflow: hidden; text-overflow: ellipsis; } .traces th button { display: block; max-width: 100%; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; } .traces .space { padding: 0; border: 0; }
tr[aria-current] { background: var(--raised); outline: 2px solid var(--accent); outline-offset: -2px; }
.event-crash th, .event-error th { color: var(--failed); }
.card { display: grid; grid-template-columns: minmax(16rem, 24rem) auto minmax(11rem, 1fr); gap: 0.75rem 2rem; align-items: start; padding: 0.75rem; border-bottom: 1px solid var(--line); }
.card > div > header { display: flex; flex-wrap: wrap; gap: 0.25rem 0.75rem; align-items: baseline; } .card header span { color: var(--soft); } .card h3 { font-size: 0.875rem; overflow-wrap: anywhere; }
.card header .status-failed { color: var(--failed); } .card header .status-active { color: var(--succeeded); } .card header .status-stopped { color: var(--blocked); }
.card-state { display: grid; gap: 0.375rem; }
.bar.queue { height: 0.875rem; } .queue .limit { width: 1px; background: var(--soft); }
.card-foot { grid-column: 1 / -1; display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; align-items: start; }
.card-foot details { flex: 0 1 auto; } .card-foot details[open] { flex: 1 1 100%; } .card-foot summary { border-color: transparent; color: var(--soft); }
.card .facts { columns: 22rem; column-gap: 2rem; } .card .facts div { break-inside: avoid; }
.spreads { display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; }
.histogram { display: flex; gap: 1px; width: 12rem; height: 2rem; margin-top: 0.25rem; border-bottom: 1px solid var(--line); }
.histogram > span { flex: 1; display: flex; align-items: end; } .histogram > span > span { flex: 1; background: var(--running); }
.histogram-wait > span > span { background: repeating-linear-gradient(90deg, var(--blocked) 0 2px, transparent 2px 4px); }
.axis { display: flex; width: 12rem; color: var(--soft); font-size: 0.625rem; } .axis span { flex: 0 0 2.4rem; text-align: center; white-space: nowrap; }
figcaption { color: var(--soft); } figcaption strong { color: var(--text); }
.counts { display: grid; grid-template-columns: repeat(auto-fill, minmax(5.5rem, 1fr)); gap: 0.25rem 0.75rem; }
.counts div { display: flex; flex-direction: column-reverse; } .counts dt { color: var(--soft); } .counts dd { font-weight: 600; } .counts .none dd { font-weight: 400; color: var(--soft); }
.count-failed dd, .count-crashes dd, .count-rejected dd { color: var(--failed); } .count-canceled dd { color: var(--canceled); }
.simulated { color: var(--blocked); } .simulated::before { content: '◷ '; }
.confirm { display: inline-flex; flex-wrap: wrap; align-items: center; gap: 0.25rem; padding: 0.125rem 0.375rem; background: var(--raised); }
.timeline { position: relative; flex: 1; min-height: 6rem; overflow: hidden; }
.timeline canvas { display: block; width: 100%; height: 100%; touch-action: none; }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 0.75rem; align-items: center; padding: 0.25rem 0.75rem; border-top: 1px solid var(--line); color: var(--soft); }
.legend button { color: var(--text); } .legend button:last-child { margin-left: auto; } .hint { font-style: italic; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.swatch.frame { background: var(--frame); } .swatch.interaction { height: 0.3125rem; vertical-align: 1px; background: var(--blocked); } .swatch.idle { height: 2px; vertical-align: 2px; background: var(--blocked); } .swatch.fold { border: 1px dotted var(--soft); border-block: 0; } .swatch.start { background: repeating-linear-gradient(-45deg, var(--soft) 0 1px, transparent 1px 4px); }
@container panel (max-width: 43.75rem) {
  .pane, .pane.wide { position: absolute; inset: 0; z-index: 2; width: auto; max-width: none; background: var(--bg); border: 0; }
  .row { grid-template-columns: 1.25rem minmax(0, 1fr) 4rem 4rem; }
  .titles { display: none; } .menu { position: static; } .menu-items { right: 0.75rem; top: auto; }
  .card { grid-template-columns: minmax(0, 1fr); } .hint { display: none; }
  .row .word, .row .worker, .row .trace, .row .age { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .waterfall li { grid-template-columns: 6rem minmax(0, 1fr) 3.5rem; }
}
@container panel (max-width: 72rem) and (min-width: 43.75rem) { .card { grid-template-columns: minmax(0, 1fr) auto; } .card .counts { grid-column: 1 / -1; } }
@media (prefers-reduced-motion: no-preference) { .open-button { transition: background-color 0.15s; } }
`
