/**
 * What Perfetto asks of Trace Event JSON: async events pair up by category and id, the inner before the outer; slices of a
 * thread nest; every process and thread that is used has a name.
 */
import type { ChromeTraceEvent } from 'atelier-react/core'

type Event = Omit<ChromeTraceEvent, 'ph'> & { readonly ph: string; readonly dur?: number }

/** The rules that the events break, in words. */
export function brokenRules(events: readonly Event[]): string[] {
  return [...unpaired(events), ...overlapping(events), ...unnamed(events), ...backwards(events)]
}

function unpaired(events: readonly Event[]): string[] {
  const broken: string[] = []
  const open = new Map<string, Event[]>()
  for (const event of events.filter(({ ph }) => ph === 'b' || ph === 'e')) {
    const track = `${event.pid} ${event.cat} ${event.id}`
    const stack = open.get(track) ?? []
    open.set(track, stack)
    if (event.id === undefined) broken.push(`${event.name} has no id`)
    if (event.ph === 'b') stack.push(event)
    else {
      const begin = stack.pop()
      if (begin === undefined) broken.push(`${event.name} ends before it begins`)
      else if (begin.name !== event.name || begin.tid !== event.tid) {
        broken.push(`${begin.name} is ended by ${event.name}`)
      } else if (event.ts < begin.ts) broken.push(`${event.name} takes negative time`)
    }
  }
  for (const [track, stack] of open) if (stack.length > 0) broken.push(`${track} is never ended`)
  return broken
}

function overlapping(events: readonly Event[]): string[] {
  const broken: string[] = []
  const ends = new Map<string, number[]>()
  for (const { name, ph, pid, tid, ts, dur = 0 } of events) {
    if (ph === 'B' || ph === 'E') broken.push(`${name} is not a whole slice`)
    if (ph !== 'X') continue
    const thread = `${pid} ${tid}`
    const open = (ends.get(thread) ?? []).filter((end) => end > ts)
    if (open.some((end) => end < ts + dur)) broken.push(`${name} overlaps another slice`)
    ends.set(thread, [...open, ts + dur])
  }
  return broken
}

function unnamed(events: readonly Event[]): string[] {
  const named = (name: string) =>
    new Set(events.filter((event) => event.name === name).map(({ pid, tid }) => `${pid} ${tid}`))
  const processes = new Set([...named('process_name')].map((id) => id.split(' ')[0]))
  const threads = named('thread_name')
  return events
    .filter(({ ph }) => ph !== 'M')
    .filter(({ pid, tid }) => !processes.has(String(pid)) || !threads.has(`${pid} ${tid}`))
    .map(({ name }) => `${name} is on a track without a name`)
}

function backwards(events: readonly Event[]): string[] {
  const timed = events.filter(({ ph }) => ph !== 'M')
  return timed
    .filter(({ ts }, index) => ts < (timed[index - 1]?.ts ?? Number.NEGATIVE_INFINITY))
    .map(({ name }) => `${name} is out of order`)
}
