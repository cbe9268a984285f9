/** Draws the rooms of the sources as SVG: boxes from top to bottom, and an arrow for each room that imports another. */
import { entries, specifierOf } from '../lib/entries.mjs'
import { floors } from './room-graph.mjs'

/** @typedef {import('../lib/rooms.mjs').Room} Room */
/** @typedef {{ room: Room, x: number, y: number, width: number, height: number }} Box */

const WIDTH = 1000
const MARGIN = 20
const PADDING = 18
const GAP = 16
/** Between two floors: room for the arrows. */
const RISE = 46
const WIDEST_BOX = 320
/** Inside a box, left and right of its text. */
const INSET = 13
const TITLE_HEIGHT = 24
/** Where the column for the worker and the tests begins. */
const COLUMN = 690
const CHAR_WIDTH = 6.1
const LINE_HEIGHT = 16
/** From one entry of the package to the next, where they stand below each other. */
const DOOR_RISE = 25

/** @typedef {{ title: string, side: Room['side'], left: number, right: number }} Panel */
/** @type {readonly Panel[]} */
const panels = [
  { title: 'On the page', side: 'page', left: MARGIN, right: COLUMN - GAP },
  { title: 'In a worker', side: 'worker', left: COLUMN, right: WIDTH - MARGIN },
  { title: 'On both sides', side: 'both', left: MARGIN, right: WIDTH - MARGIN },
  { title: 'In tests', side: 'tests', left: COLUMN, right: WIDTH - MARGIN },
]

/** @param {import('./room-graph.mjs').RoomGraph} graph */
export function roomsDrawing(graph) {
  const boxes = placed(graph)
  const frames = panels.flatMap((panel) => frameOf(panel, boxes))
  const height = Math.max(...frames.map(({ bottom }) => bottom)) + 48
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" role="img">`,
    '<title>The rooms of the sources: each imports from those that its arrows lead to, and from all below those</title>',
    style,
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">' +
      '<path class="tip" d="M0 0.5 8 4 0 7.5z"/></marker></defs>',
    `<rect class="sheet" width="${WIDTH}" height="${height}"/>`,
    ...frames.map(({ svg }) => svg),
    ...graph.arrows.map((arrow) => drawArrow(arrow, graph.arrows, boxes)),
    ...[...boxes.values()].map(drawBox),
    legend(height - 22),
    '</svg>',
    '',
  ].join('\n')
}

/**
 * Rooms of one floor stand side by side, each near those that import it.
 * @param {import('./room-graph.mjs').RoomGraph} graph
 */
function placed(graph) {
  const floorOf = floors(graph)
  const top = Math.max(...floorOf.values())
  /** @type {Map<string, Box>} */
  const boxes = new Map()
  const importersX = (/** @type {Room} */ { name }) => {
    const above = graph.arrows.filter(({ to }) => to === name).flatMap(({ from }) => boxes.get(from) ?? [])
    return above.reduce((sum, box) => sum + box.x + box.width / 2, 0) / (above.length || 1)
  }
  let y = MARGIN + TITLE_HEIGHT + PADDING
  for (let floor = top; floor >= 0; floor--) {
    const here = graph.rooms.filter(({ name }) => floorOf.get(name) === floor)
    if (startsShared(here)) y += MARGIN + TITLE_HEIGHT
    for (const { side, left, right } of panels) {
      const row = here.filter((room) => room.side === side).sort((a, b) => importersX(a) - importersX(b))
      const space = right - left - 2 * PADDING
      const width = Math.min(WIDEST_BOX, (space - GAP * (row.length - 1)) / row.length)
      const start = left + PADDING + (space - row.length * width - (row.length - 1) * GAP) / 2
      for (const [index, room] of row.entries()) {
        boxes.set(room.name, { room, x: start + index * (width + GAP), y, width, height: 0 })
      }
    }
    const row = here.flatMap(({ name }) => boxes.get(name) ?? [])
    for (const box of row) {
      const beside = row.filter(({ room }) => room.side === box.room.side)
      box.height = Math.max(...beside.map(heightOf))
    }
    y += Math.max(...row.map(({ height }) => height)) + RISE
  }
  return boxes

  /** The first floor of the rooms that both sides share. @param {readonly Room[]} here */
  function startsShared(here) {
    return (
      here.some(({ side }) => side === 'both') &&
      ![...boxes.values()].some(({ room }) => room.side === 'both')
    )
  }
}

/** @param {Panel} panel @param {Map<string, Box>} boxes */
function frameOf({ title, side, left, right }, boxes) {
  const inside = [...boxes.values()].filter(({ room }) => room.side === side)
  if (inside.length === 0) return []
  const top = Math.min(...inside.map(({ y }) => y)) - PADDING - TITLE_HEIGHT + 8
  const bottom = Math.max(...inside.map(({ y, height }) => y + height)) + PADDING - 4
  const svg =
    `<rect class="frame ${side}" x="${left}" y="${top}" width="${right - left}" height="${bottom - top}" rx="14"/>` +
    `<text class="side" x="${left + 16}" y="${top + 23}">${title}</text>`
  return [{ bottom, svg }]
}

/** @param {Box} box */
function drawBox(box) {
  const { room, x, y, width, height } = box
  const { name, side } = room
  const lines = textOf(box)
  const { beside, below } = doorsOf(box)
  const belowTop = y + 44 + lines.length * LINE_HEIGHT - 4
  return [
    `<rect class="box ${side}" x="${round(x)}" y="${y}" width="${round(width)}" height="${height}" rx="9"/>`,
    `<text class="name" x="${round(x + INSET)}" y="${y + 26}">${name}</text>`,
    ...lines.map((line, index) => {
      const at = y + 45 + index * LINE_HEIGHT
      return `<text class="about" x="${round(x + INSET)}" y="${at}">${line}</text>`
    }),
    ...beside.map((label) => drawDoor(label, side, x + width - doorWidth(label) - 10, y + 10)),
    ...below.map((label, index) => drawDoor(label, side, x + INSET - 3, belowTop + index * DOOR_RISE)),
  ].join('\n')
}

/** The entries of the package that a room is: one beside its name where there is room for it, others below its text. @param {Box} box */
function doorsOf({ room, width }) {
  const { path, name } = room
  const labels = entries
    .filter(({ source, condition }) => !condition && (source === path || source.startsWith(`${path}/`)))
    .map((entry) => specifierOf(entry))
  const [only] = labels
  if (only && labels.length === 1 && INSET + name.length * 9 + doorWidth(only) + 18 <= width)
    return { beside: labels, below: [] }
  const most = width - 2 * INSET + 6
  return {
    beside: [],
    below: labels.map((label) => (doorWidth(label) <= most ? label : label.replace(/^[^/]+/, '…'))),
  }
}

const doorWidth = (/** @type {string} */ label) => label.length * 6.3 + 16

/** @param {string} label @param {Room['side']} side @param {number} x @param {number} y */
function drawDoor(label, side, x, y) {
  const width = doorWidth(label)
  return (
    `<rect class="door ${side}" x="${round(x)}" y="${y}" width="${round(width)}" height="20" rx="10"/>` +
    `<text class="specifier" x="${round(x + width / 2)}" y="${y + 14}">${label}</text>`
  )
}

/**
 * @param {import('./room-graph.mjs').Arrow} arrow
 * @param {readonly import('./room-graph.mjs').Arrow[]} all
 * @param {Map<string, Box>} boxes
 */
function drawArrow(arrow, all, boxes) {
  const from = boxes.get(arrow.from)
  const to = boxes.get(arrow.to)
  if (!from || !to) throw new Error(`There is no box for ${arrow.from} or ${arrow.to}`)
  const middle = (/** @type {string} */ name) => {
    const box = boxes.get(name)
    return box ? box.x + box.width / 2 : 0
  }
  const out = all.filter((each) => each.from === arrow.from).sort((a, b) => middle(a.to) - middle(b.to))
  const into = all.filter((each) => each.to === arrow.to).sort((a, b) => middle(a.from) - middle(b.from))
  let startX = port(from, out.indexOf(arrow), out.length)
  let endX = port(to, into.indexOf(arrow), into.length)
  // What is the only arrow at one of its ends is straight where it can be.
  if (out.length === 1 && isNearMiddle(from, endX)) startX = endX
  else if (into.length === 1 && isNearMiddle(to, startX)) endX = startX
  const startY = from.y + from.height
  const endY = to.y - 2
  const bend = (endY - startY) / 2
  const path = `M${startX} ${startY}C${startX} ${round(startY + bend)} ${endX} ${round(endY - bend)} ${endX} ${endY}`
  return `<path class="arrow${arrow.typesOnly ? ' types' : ''}" d="${path}"/>`
}

/** @param {Box} box @param {number} at */
const isNearMiddle = ({ x, width }, at) => Math.abs(at - x - width / 2) < width / 4

/** Where the arrow of that index meets the edge of a box. @param {Box} box @param {number} index @param {number} count */
function port({ x, width }, index, count) {
  const step = Math.min(56, width / (count + 1))
  return round(x + width / 2 + (index - (count - 1) / 2) * step)
}

/** @param {number} y */
function legend(y) {
  const x = MARGIN + 4
  return [
    `<path class="arrow" d="M${x} ${y - 4}h36"/><text class="about" x="${x + 46}" y="${y}">imports</text>`,
    `<path class="arrow types" d="M${x + 112} ${y - 4}h36"/><text class="about" x="${x + 158}" y="${y}">imports types only</text>`,
    `<text class="about" x="${x + 290}" y="${y}">Arrows that follow from others are left out, such as those from everywhere to lib.</text>`,
  ].join('\n')
}

/** @param {Box} box */
function heightOf(box) {
  return 44 + textOf(box).length * LINE_HEIGHT + doorsOf(box).below.length * DOOR_RISE
}

/** What a box says, in lines. @param {Box} box */
function textOf({ room, width }) {
  const columns = (width - 2 * INSET) / CHAR_WIDTH
  /** @type {string[]} */
  const lines = []
  for (const word of room.about.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= columns)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

const round = (/** @type {number} */ value) => Math.round(value * 10) / 10

/** Colours for light and dark pages. */
const style = `<style>
svg { font-family: system-ui, -apple-system, 'Segoe UI', sans-serif;
  --sheet: #ffffff; --ink: #1b2430; --quiet: #566171; --line: #8a95a5; --box: #ffffff;
  --page: #2f6fde; --page-tint: #f1f6ff; --worker: #b4540a; --worker-tint: #fff6ec;
  --both: #4d5b6e; --both-tint: #f3f5f8; --tests: #7a4fc4; --tests-tint: #f8f4ff }
@media (prefers-color-scheme: dark) { svg {
  --sheet: #0d1117; --ink: #e8edf4; --quiet: #a3afbf; --line: #76839a; --box: #161c26;
  --page: #6aa2ff; --page-tint: #101a2b; --worker: #f0a35c; --worker-tint: #1f1710;
  --both: #94a3b8; --both-tint: #141a22; --tests: #b797f2; --tests-tint: #1b1529 } }
.page { --side: var(--page); --tint: var(--page-tint) } .worker { --side: var(--worker); --tint: var(--worker-tint) }
.both { --side: var(--both); --tint: var(--both-tint) } .tests { --side: var(--tests); --tint: var(--tests-tint) }
.sheet { fill: var(--sheet) }
.frame { fill: var(--tint) }
.box { fill: var(--box); stroke: var(--side); stroke-width: 1.4 }
.door { fill: var(--tint); stroke: var(--side); stroke-width: 0.8 }
.arrow { fill: none; stroke: var(--line); stroke-width: 1.5; marker-end: url(#tip) }
.types { stroke-dasharray: 5 4 }
.tip { fill: var(--line) }
.side { fill: var(--quiet); font-size: 12px; font-weight: 600; letter-spacing: 0.04em }
.name { fill: var(--ink); font-size: 15px; font-weight: 650 }
.about { fill: var(--quiet); font-size: 12px }
.specifier { fill: var(--ink); font: 10.5px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; text-anchor: middle }
</style>`
