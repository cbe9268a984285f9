/** A flame graph of a CPU profile, as plain SVG: the width of a box is its share of the busy time. */

/** @typedef {import('./profile.mjs').Profile} Profile */
/** @typedef {{ name: string, time: number, children: Map<string, Frame> }} Frame */

const WIDTH = 1_200
const ROW = 17
const TOP = 40
/** Narrower boxes are left out. */
const LEAST_WIDTH = 1
const CHARACTER = 6.6
/** What the profiler calls time that belongs to nobody's function. */
const NOT_OURS = new Set(['(idle)', '(root)'])

/**
 * @param {Profile} profile
 * @param {string} title
 */
export function flameGraph(profile, title) {
  const root = treeOf(profile)
  /** @type {string[]} */
  const boxes = []
  const depth = draw(root, 0, 0, WIDTH / root.time, boxes)
  const height = TOP + (depth + 1) * ROW + 8
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" role="img" font-family="ui-monospace, monospace" font-size="11">`,
    `<title>${escape(title)}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="8" y="24" font-family="system-ui, sans-serif" font-size="15" font-weight="600" fill="#1f2937">${escape(title)}</text>`,
    ...boxes,
    '</svg>',
    '',
  ].join('\n')
}

/**
 * The calls of the profile by name, those of one caller with one name together.
 * @param {Profile} profile
 * @returns {Frame}
 */
function treeOf({ nodes, samples = [], timeDeltas = [] }) {
  /** @type {Map<number, number>} */
  const parents = new Map()
  for (const { id, children } of nodes) for (const child of children ?? []) parents.set(child, id)
  const byId = new Map(nodes.map((node) => [node.id, node]))
  /** @type {Frame} */
  const root = { name: 'busy', time: 0, children: new Map() }
  for (const [index, id] of samples.entries()) {
    const time = timeDeltas[index] ?? 0
    const path = pathOf(id, byId, parents)
    if (path.length === 0) continue
    let frame = root
    frame.time += time
    for (const name of path) {
      let child = frame.children.get(name)
      if (!child) frame.children.set(name, (child = { name, time: 0, children: new Map() }))
      child.time += time
      frame = child
    }
  }
  return root
}

/**
 * @param {number} id
 * @param {Map<number, Profile['nodes'][number]>} byId
 * @param {Map<number, number>} parents
 */
function pathOf(id, byId, parents) {
  /** @type {string[]} */
  const path = []
  for (let at = byId.get(id); at; at = byId.get(parents.get(at.id) ?? -1)) {
    const name = at.callFrame.functionName || '(anonymous)'
    if (!NOT_OURS.has(name)) path.unshift(name)
  }
  return path
}

/**
 * @param {Frame} frame
 * @param {number} left in time
 * @param {number} depth
 * @param {number} scale pixels per unit of time
 * @param {string[]} boxes to add to
 * @returns {number} the greatest depth
 */
function draw(frame, left, depth, scale, boxes) {
  const width = frame.time * scale
  if (width < LEAST_WIDTH) return depth - 1
  const x = (left * scale).toFixed(1)
  const y = TOP + depth * ROW
  const share = ((width / WIDTH) * 100).toFixed(1)
  const shown = frame.name.slice(0, Math.max(0, Math.floor((width - 6) / CHARACTER)))
  boxes.push(
    `<g><title>${escape(frame.name)}: ${share} %</title><rect x="${x}" y="${y}" width="${width.toFixed(1)}" height="${ROW - 1}" fill="${colorOf(frame.name)}"/>${
      shown.length > 2
        ? `<text x="${(left * scale + 3).toFixed(1)}" y="${y + 12}" fill="#1f2937">${escape(shown)}</text>`
        : ''
    }</g>`,
  )
  let deepest = depth
  let at = left
  for (const child of [...frame.children.values()].toSorted((a, b) => b.time - a.time)) {
    deepest = Math.max(deepest, draw(child, at, depth + 1, scale, boxes))
    at += child.time
  }
  return deepest
}

/** Grey is the engine, the rest differs by name. @param {string} name */
function colorOf(name) {
  if (name.startsWith('(') && name !== '(anonymous)') return '#e5e7eb'
  let hash = 0
  for (const character of name) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 997
  return `hsl(${20 + (hash % 40)} 90% ${70 + (hash % 14)}%)`
}

/** @param {string} text */
const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
