/** Which room imports which, read from the sources: what the drawing of the architecture shows. */
import { face, outerRooms, rooms } from '../lib/rooms.mjs'
import { filesBelow, importsOf } from '../lib/source-files.mjs'

/** @typedef {import('../lib/rooms.mjs').Room} Room */
/** @typedef {{ from: string, to: string, typesOnly: boolean }} Arrow */
/** @typedef {{ rooms: readonly Room[], arrows: readonly Arrow[] }} RoomGraph rooms from top to bottom */

/**
 * The rooms that have files, and an arrow for each that imports another, but for those that follow from other arrows.
 * @returns {RoomGraph}
 */
export function roomGraph() {
  const known = [...outerRooms, ...rooms]
  const files = filesBelow(['devtools', 'hooks', 'testing', 'in-process', 'src'])
  const roomOf = (/** @type {string} */ file) =>
    known.find(({ path }) => file === path || (path !== face && file.startsWith(`${path}/`)))?.name
  /** @type {Map<string, Arrow>} */
  const arrows = new Map()
  for (const file of files) {
    for (const { file: target, typeOnly } of importsOf(file)) {
      const from = roomOf(file)
      const to = target && roomOf(target)
      if (!from || !to || from === to) continue
      const id = `${from} ${to}`
      arrows.set(id, { from, to, typesOnly: typeOnly && (arrows.get(id)?.typesOnly ?? true) })
    }
  }
  const used = new Set(files.map(roomOf))
  return { rooms: known.filter(({ name }) => used.has(name)), arrows: reduced([...arrows.values()]) }
}

/**
 * Without the arrows that lead where a longer way leads, too.
 * @param {readonly Arrow[]} arrows
 * @returns {Arrow[]}
 */
export function reduced(arrows) {
  const leads = (/** @type {string} */ from, /** @type {string} */ to) =>
    arrows.some((arrow) => arrow.from === from && (arrow.to === to || leads(arrow.to, to)))
  return arrows.filter(
    ({ from, to }) => !arrows.some((first) => first.from === from && first.to !== to && leads(first.to, to)),
  )
}

/**
 * How many rooms stand below each, one on another.
 * @param {RoomGraph} graph
 * @returns {Map<string, number>}
 */
export function floors({ rooms: all, arrows }) {
  /** @type {Map<string, number>} */
  const known = new Map()
  const floorOf = (/** @type {string} */ name) => {
    const floor =
      known.get(name) ??
      Math.max(0, ...arrows.filter(({ from }) => from === name).map(({ to }) => floorOf(to) + 1))
    known.set(name, floor)
    return floor
  }
  for (const { name } of all) floorOf(name)
  return known
}
