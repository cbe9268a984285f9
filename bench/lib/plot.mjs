/** Plots as plain SVG: bars on a logarithmic scale, and lines on two. */
import { digits, ratio } from './format.mjs'

const WIDTH = 820
const ink = '#1f2937'
const faint = '#d1d5db'
const peer = '#94a3b8'
const own = '#2563eb'
const palette = ['#64748b', '#0f766e', '#b45309', '#9333ea', '#be123c', '#65a30d', own, '#0891b2']

/** @param {string} text */
const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/**
 * @param {number} x
 * @param {number} y
 * @param {string} content
 * @param {string} [more] attributes
 */
const text = (x, y, content, more = '') =>
  `<text x="${round(x)}" y="${round(y)}" ${more}>${escape(content)}</text>`
const round = (/** @type {number} */ value) => Math.round(value * 10) / 10

/**
 * @param {number} height
 * @param {string} title
 * @param {readonly string[]} parts
 */
function svg(height, title, parts) {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" role="img" font-family="system-ui, sans-serif" font-size="12" fill="${ink}">`,
    `<title>${escape(title)}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    text(16, 24, title, 'font-size="15" font-weight="600"'),
    ...parts,
    '</svg>',
    '',
  ].join('\n')
}

/** Powers of ten, from the one below the least to the one above the most. @param {readonly number[]} values */
function decades(values) {
  const low = Math.floor(Math.log10(Math.min(...values)))
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))))
  return Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index))
}

/** @param {readonly number[]} ticks @param {number} from @param {number} to */
function scale(ticks, from, to) {
  const low = Math.log10(ticks[0] ?? 1)
  const high = Math.log10(ticks.at(-1) ?? 10)
  return (/** @type {number} */ value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from)
}

/**
 * A bar for each row from 1, raw postMessage, to its ratio, with its quartiles as a line.
 * @param {string} title
 * @param {readonly { label: string, isOwn: boolean, spread: import('./stats.mjs').Spread }[]} rows
 */
export function ratioBars(title, rows) {
  const top = 60
  const step = 24
  const bottom = top + rows.length * step
  const ticks = decades([...rows.flatMap(({ spread }) => [spread.low, spread.high]), 1])
  const x = scale(ticks, 340, WIDTH - 70)
  const parts = ticks.map(
    (tick) =>
      `<line x1="${round(x(tick))}" x2="${round(x(tick))}" y1="${top - 8}" y2="${bottom}" stroke="${tick === 1 ? ink : faint}"/>` +
      text(x(tick), top - 14, String(tick), 'text-anchor="middle" font-size="11"'),
  )
  for (const [index, { label, isOwn, spread }] of rows.entries()) {
    const y = top + index * step
    const from = Math.min(x(1), x(spread.median))
    const width = Math.max(1, Math.abs(x(spread.median) - x(1)))
    parts.push(
      text(328, y + 14, label, `text-anchor="end"${isOwn ? ' font-weight="600"' : ''}`),
      `<rect x="${round(from)}" y="${y + 3}" width="${round(width)}" height="14" fill="${isOwn ? own : peer}"/>`,
      `<line x1="${round(x(spread.low))}" x2="${round(x(spread.high))}" y1="${y + 10}" y2="${y + 10}" stroke="${ink}" stroke-width="2"/>`,
      text(Math.max(x(spread.median), x(spread.high), x(1)) + 6, y + 14, ratio(spread.median)),
    )
  }
  parts.push(
    text(340, bottom + 20, 'ratio to raw postMessage in the same round; left is faster', 'font-size="11"'),
  )
  return svg(bottom + 34, title, parts)
}

/**
 * @param {string} title
 * @param {{ x: string, y: string }} axes
 * @param {readonly { label: string, points: readonly (readonly [x: number, y: number])[] }[]} lines
 */
export function growthLines(title, axes, lines) {
  const bottom = 360
  const right = WIDTH - 340
  const xTicks = decades(lines.flatMap(({ points }) => points.map(([x]) => x)))
  const yTicks = decades(lines.flatMap(({ points }) => points.map(([, y]) => y)))
  const x = scale(xTicks, 70, right)
  const y = scale(yTicks, bottom, 50)
  const parts = [
    ...xTicks.map(
      (tick) =>
        `<line x1="${round(x(tick))}" x2="${round(x(tick))}" y1="50" y2="${bottom}" stroke="${faint}"/>` +
        text(x(tick), bottom + 18, tick.toLocaleString('en'), 'text-anchor="middle" font-size="11"'),
    ),
    ...yTicks.map(
      (tick) =>
        `<line x1="70" x2="${right}" y1="${round(y(tick))}" y2="${round(y(tick))}" stroke="${faint}"/>` +
        text(62, y(tick) + 4, digits(tick), 'text-anchor="end" font-size="11"'),
    ),
    text(70, bottom + 38, axes.x, 'font-size="11"'),
    text(70, 42, axes.y, 'font-size="11"'),
  ]
  // Labels stand at their lines' ends, pushed apart where those meet.
  let last = 0
  const ends = lines
    .map((line, index) => ({
      ...line,
      colour: palette[index % palette.length],
      end: line.points.at(-1) ?? [1, 1],
    }))
    .sort((a, b) => y(a.end[1]) - y(b.end[1]))
  for (const { label, points, colour, end } of ends) {
    const path = points.map(([px, py]) => `${round(x(px))},${round(y(py))}`).join(' ')
    last = Math.max(last + 15, y(end[1]) + 4)
    parts.push(
      `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      ...points.map(
        ([px, py]) => `<circle cx="${round(x(px))}" cy="${round(y(py))}" r="3" fill="${colour}"/>`,
      ),
      text(right + 10, last, `${digits(end[1])}  ${label}`, `fill="${colour}"`),
    )
  }
  return svg(bottom + 52, title, parts)
}
