/** What a batch of replies costs to clone, by how it is laid out. */
import type { Case, Workload } from '../workload.ts'

const REPLIES = 500
const BATCHES = 200
const START = 81_234.565

/** Times as the clock gives them, a small result, no spans. */
const replies = Array.from({ length: REPLIES }, (_, id) => ({
  id,
  status: 0,
  startedAt: START + id * 0.005,
  endedAt: START + id * 0.005 + 0.005,
  value: id,
  spans: undefined,
}))
const sentAt = START + REPLIES * 0.005
const before = (time: number) => Math.round((sentAt - time) * 1_000)

/** By push alone: an array with holes, or that may have some, is cloned key by key. */
function packed<T>(lists: readonly (readonly T[])[]): T[] {
  const all: T[] = []
  for (const list of lists) for (const item of list) all.push(item)
  return all
}

const layouts: readonly (readonly [id: string, label: string, message: unknown])[] = [
  ['objects', 'an object for each reply', replies],
  ['arrays', 'an array for each reply', replies.map((reply) => Object.values(reply))],
  ['flat', 'all fields side by side', packed(replies.map((reply) => Object.values(reply)))],
  [
    'columns',
    'small integers by themselves, values by themselves',
    [
      sentAt,
      packed(
        replies.map(({ id, status, startedAt, endedAt }) => [id, status, before(startedAt), before(endedAt)]),
      ),
      packed(replies.map(({ value }) => [value])),
    ],
  ],
]

export const wire: Workload = {
  id: 'wire',
  title: 'layouts of a message',
  what: `${REPLIES} replies in one message, written and read by structuredClone, ${BATCHES} times; for each reply.`,
  metrics: { clone: { label: 'per reply', unit: 'us', ratioTo: 'columns' } },
  cases: () => layouts.map(caseOf),
}

function caseOf([id, label, message]: (typeof layouts)[number]): Case {
  return {
    id,
    label,
    open: async () => ({
      sample: async () => {
        const start = performance.now()
        for (let batch = 0; batch < BATCHES; batch++) structuredClone(message)
        return { clone: ((performance.now() - start) / BATCHES / REPLIES) * 1_000 }
      },
      close: () => {},
    }),
  }
}
