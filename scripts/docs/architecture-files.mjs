/** What of the documentation is made from the sources: the drawing of the rooms, and the table of them. */
import { readFileSync } from 'node:fs'
import { root } from '../lib/entries.mjs'
import { outerRooms, rooms } from '../lib/rooms.mjs'
import { roomGraph } from './room-graph.mjs'
import { roomsDrawing } from './rooms-drawing.mjs'

const PLACES = { page: 'page', worker: 'worker', both: 'page and worker', tests: 'tests' }
const BEGIN = '<!-- rooms: `npm run docs:architecture` writes this table -->'
const END = '<!-- end of rooms -->'

/**
 * The files as the sources want them, by path.
 * @returns {Record<string, string>}
 */
export function architectureFiles() {
  const graph = roomGraph()
  return {
    'docs/images/rooms.svg': roomsDrawing(graph),
    'CONTRIBUTING.md': withTable(readFileSync(`${root}CONTRIBUTING.md`, 'utf8'), roomsTable(graph.rooms)),
  }
}

/** @param {readonly import('../lib/rooms.mjs').Room[]} used */
function roomsTable(used) {
  const inOrder = [...outerRooms, ...rooms].filter((room) => used.includes(room))
  return [
    '| room | runs in | what it is for | read first |',
    '|---|---|---|---|',
    ...inOrder.map(({ path, side, about, start }) => {
      const file = start === '' ? path : `${path}/${start}`
      const name = start === '' ? path : `${path}/`
      return `| \`${name}\` | ${PLACES[side]} | ${about} | [${start || path}](${file}) |`
    }),
  ].join('\n')
}

/** @param {string} page @param {string} table */
function withTable(page, table) {
  const begin = page.indexOf(BEGIN)
  const end = page.indexOf(END)
  if (begin < 0 || end < begin)
    throw new Error(`CONTRIBUTING.md has no place for the table: ${BEGIN} … ${END}`)
  return `${page.slice(0, begin + BEGIN.length)}\n${table}\n${page.slice(end)}`
}
