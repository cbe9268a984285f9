/** What the pages show of the architecture is what the imports say. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { architectureFiles } from '../../../scripts/docs/architecture-files.mjs'
import { floors, reduced, roomGraph } from '../../../scripts/docs/room-graph.mjs'
import { readPage } from '../../../scripts/docs/pages.mjs'
import { root } from '../../../scripts/lib/entries.mjs'
import { rooms } from '../../../scripts/lib/rooms.mjs'

const graph = roomGraph()

it.each(Object.entries(architectureFiles()))(
  '%s is what `npm run docs:architecture` writes now',
  (path, content) => {
    // Compared as a whole: how they differ tells nothing.
    expect(readFileSync(root + path, 'utf8') === content).toBe(true)
  },
)

it('the page says what each room is for', () => {
  const page = readPage('docs/architecture.md')
  const said = [...page.matchAll(/^- \*\*([\w-]+)\*\* /gm)].map(([, name]) => name)
  expect(said.toSorted()).toEqual(graph.rooms.map(({ name }) => name).toSorted())
})

describe('the graph of the rooms', () => {
  it('has every room of src/, each above those that it imports', () => {
    const names = graph.rooms.map(({ name }) => name)
    expect(rooms.filter(({ name }) => !names.includes(name))).toEqual([])
    const floorOf = floors(graph)
    const upward = graph.arrows.filter(({ from, to }) => (floorOf.get(from) ?? 0) <= (floorOf.get(to) ?? 0))
    expect(upward).toEqual([])
  })

  it('leaves out arrows that follow from others', () => {
    const arrow = (from: string, to: string) => ({ from, to, typesOnly: false })
    const arrows = [arrow('a', 'b'), arrow('a', 'c'), arrow('b', 'c'), arrow('a', 'd'), arrow('c', 'd')]
    expect(reduced(arrows).map(({ from, to }) => from + to)).toEqual(['ab', 'bc', 'cd'])
  })

  it('counts floors from the ground', () => {
    const all = ['a', 'b', 'c'].map((name) => ({ ...rooms[0], name })) as typeof rooms
    const arrows = [
      { from: 'a', to: 'c', typesOnly: false },
      { from: 'a', to: 'b', typesOnly: false },
      { from: 'b', to: 'c', typesOnly: true },
    ]
    expect(floors({ rooms: all, arrows })).toEqual(
      new Map([
        ['c', 0],
        ['b', 1],
        ['a', 2],
      ]),
    )
  })
})
