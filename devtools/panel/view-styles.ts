/** The styles of the views: lists, bars with their textures, side panes, cards. Below 700 px the side pane is a screen over the list. */

/** Shape and texture carry the meaning, colour repeats it. */
const TEXTURES = `
.phase-running { background: var(--running); }
.phase-pending { background: repeating-linear-gradient(45deg, var(--pending) 0 2px, transparent 2px 4px); border: 1px solid var(--pending); }
.phase-blocked { background: repeating-linear-gradient(90deg, var(--blocked) 0 2px, transparent 2px 4px); }
.phase-returning, .phase-page { border: 1px solid var(--soft); }
.phase-trace { border: 1px solid var(--line); background: var(--raised); }
.phase-frame { background: var(--frame); }
.phase-failed.phase-running { background: var(--failed); clip-path: polygon(0 0, calc(100% - 4px) 0, 100% 50%, calc(100% - 4px) 100%, 0 100%); }
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
.row {
  display: grid; grid-template-columns: 6.5rem minmax(8rem, 2fr) 2rem minmax(6rem, 10rem) 4.5rem minmax(4rem, 1fr);
  align-items: center; gap: 0.5rem; height: var(--row); padding: 0 0.75rem; cursor: default; white-space: nowrap;
}
.row > span { overflow: hidden; text-overflow: ellipsis; }
.row:hover { background: var(--raised); }
.row.open { border-left: 3px solid var(--running); padding-left: calc(0.75rem - 3px); }
.row[aria-selected="true"] { background: var(--raised); outline: 2px solid var(--accent); outline-offset: -2px; }
.state > span:first-child { display: inline-block; width: 1rem; text-align: center; }
.state-failed, .state-rejected { color: var(--failed); } .state-succeeded { color: var(--succeeded); } .state-canceled { color: var(--canceled); }
.pane { width: 24rem; max-width: 50%; flex: none; padding: 0.75rem; overflow: auto; border-left: 1px solid var(--line); display: grid; gap: 0.625rem; align-content: start; grid-template-columns: minmax(0, 1fr); }
.pane > header, .card > header { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: start; gap: 0.5rem; }
.pane h3 { font-size: 0.875rem; overflow-wrap: anywhere; }
.pane > header button { border: 0; }
.phases { display: flex; flex-wrap: wrap; gap: 0.25rem 0.75rem; }
.actions { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem; }
.danger { border-color: var(--failed); color: var(--failed); }
.facts div { display: grid; grid-template-columns: 8rem minmax(0, 1fr); gap: 0.5rem; padding: 0.125rem 0; border-top: 1px solid var(--line); }
.facts dt { color: var(--soft); } .facts dd { overflow-wrap: anywhere; user-select: text; } .facts .default dd { color: var(--soft); }
.error { padding: 0.5rem; border-left: 3px solid var(--failed); background: var(--raised); white-space: pre-wrap; overflow-wrap: anywhere; max-height: 12rem; overflow: auto; }
.why { padding: 0.5rem 0.75rem; background: var(--raised); border-left: 3px solid var(--blocked); }
.why h4 { font-size: 0.875rem; margin-bottom: 0.25rem; }
.waterfall li { display: grid; grid-template-columns: 8rem minmax(0, 1fr) 4rem; align-items: center; gap: 0.5rem; height: 1.5rem; }
.waterfall .line-name { padding: 0; border: 0; text-align: left; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; background: none; }
.waterfall button.line-name { text-decoration: underline; text-decoration-color: var(--line); }
.waterfall .critical .bar { box-shadow: 0 3px 0 -1px var(--accent); overflow: visible; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 0.1875rem 0.75rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); font-weight: inherit; }
thead th { position: sticky; top: 0; background: var(--bg); color: var(--soft); }
th:first-child, .events th, .text { text-align: left; } .text { white-space: normal; width: 100%; }
td button, th button { padding: 0; border: 0; background: none; text-align: left; white-space: normal; overflow-wrap: anywhere; }
tbody button:hover { text-decoration: underline; }
tr[aria-current] { background: var(--raised); }
.event-crash th, .event-error th { color: var(--failed); }
.card { display: grid; gap: 0.5rem; padding: 0.75rem; border-bottom: 1px solid var(--line); }
.card > header { justify-content: start; } .card > header span { color: var(--soft); }
.spreads { display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; align-items: end; }
.histogram { display: flex; align-items: end; gap: 1px; width: 8rem; height: 2rem; border-bottom: 1px solid var(--line); }
.histogram span { flex: 1; background: var(--running); }
figcaption { color: var(--soft); }
.confirm { display: inline-flex; flex-wrap: wrap; align-items: center; gap: 0.25rem; padding: 0.125rem 0.375rem; background: var(--raised); }
.timeline { position: relative; flex: 1; min-height: 6rem; overflow: hidden; }
.timeline canvas { display: block; width: 100%; height: 100%; touch-action: none; }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 0.75rem; align-items: center; padding: 0.25rem 0.75rem; border-top: 1px solid var(--line); color: var(--soft); }
.legend button { margin-left: auto; color: var(--text); }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.swatch.frame { background: var(--frame); } .swatch.start { background: repeating-linear-gradient(-45deg, var(--soft) 0 1px, transparent 1px 4px); }
@container panel (max-width: 43.75rem) {
  .pane { position: absolute; inset: 0; z-index: 2; width: auto; max-width: none; background: var(--bg); border: 0; }
  .row { grid-template-columns: 1.25rem minmax(0, 1fr) 4rem 4rem; }
  .row .word, .row .worker, .row .trace { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .waterfall li { grid-template-columns: 6rem minmax(0, 1fr) 3.5rem; }
}
@media (prefers-reduced-motion: no-preference) { .open-button { transition: background-color 0.15s; } }
`
