/** A recording of Chromium while the demo runs, and an export, as the Performance panel's own engine reads them. */
import { beforeAll, describe, expect, it } from 'vitest'
import { type Panel, readAsDevtools } from './engine.ts'
import { brokenRules } from './perfetto-rules.ts'
import { type Recording, record } from './record.ts'

let recording: Recording
let panel: Panel

beforeAll(async () => {
  recording = await record()
  panel = await readAsDevtools(recording.events)
})

/** Of the recording's microseconds. */
const PRECISION = 2

describe('a recording of the demo', () => {
  const tracks = () => panel.groups['Atelier (documents)'] ?? {}

  it('has a track for the queue, for each worker and for each document', () => {
    const { documents } = recording.demo
    expect(documents).toMatchObject({ all: 40, done: 40 })
    const names = Object.keys(tracks())
    expect(names).toContain('queue')
    const workers = names.filter((name) => /^(parse|analyze|index) #\d+$/.test(name))
    expect(new Set(workers.map((name) => name.split(' ')[0]))).toEqual(new Set(['parse', 'analyze', 'index']))
    // The name of the document and the first digits of its trace.
    const traces = names.filter((name) => /^\d{4} .+ [0-9a-f]{8}$/.test(name))
    expect(traces).toHaveLength(40)
    expect(names).toHaveLength(1 + workers.length + traces.length)
  })

  it('draws every call once in the queue, once on its worker, and under its document', () => {
    const labels = (match: RegExp) =>
      Object.entries(tracks())
        .filter(([track]) => match.test(track))
        .flatMap(([, entries]) => entries.map(({ label }) => label))
    const perTask = (all: readonly string[]) =>
      ['parse', 'analyze', 'index'].map((task) => [
        task,
        all.filter((label) => label.startsWith(`${task}.`)).length,
      ])
    const made = [
      ['parse', 40],
      ['analyze', 40],
      // The key phrases are scored again when all documents are there.
      ['index', 41],
    ]
    expect(perTask(labels(/^queue$/))).toEqual(made)
    expect(perTask(labels(/ #\d+$/))).toEqual(made)
    // That one call is for all documents, outside of their traces.
    expect(perTask(labels(/ [0-9a-f]{8}$/))).toEqual([
      ['parse', 40],
      ['analyze', 40],
      ['index', 40],
    ])
  })

  it('has a measure for every call, with its detail, and one for every document', () => {
    const ofDemo = panel.measures.filter(({ detail }) => !['lab', 'older'].includes(String(detail['taskId'])))
    const calls = ofDemo.filter(({ name }) => name.startsWith('atelier:span:'))
    expect(calls).toHaveLength(121)
    for (const { name, detail } of calls) {
      expect(name).toBe(`atelier:span:${String(detail['spanId'])}`)
      expect(detail).toMatchObject({ status: 'ok', attemptCount: 1 })
    }
    const documents = ofDemo.filter(
      ({ name, detail }) =>
        name.startsWith('atelier:trace:') && !['document', 'page'].includes(String(detail['traceName'])),
    )
    expect(documents).toHaveLength(40)
    for (const { detail } of documents) expect(detail).toMatchObject({ spanCount: 3, status: 'ok' })
  })
})

describe('a recording of a program', () => {
  const track = (name: string) => panel.groups['Atelier (lab)']?.[name] ?? []
  const onWorkers = () => [...track('lab #0'), ...track('lab #1')]

  it('tells by the colour how a call ended', () => {
    const colorOf = (label: string) => [
      ...new Set(onWorkers().flatMap((e) => (e.label === label ? e.color : []))),
    ]
    expect(colorOf('lab.add')).toEqual(['primary'])
    expect(colorOf('lab.fail')).toEqual(['error'])
    expect(colorOf('broken')).toEqual(['error'])
    expect(colorOf('inner')).toEqual(['primary-light'])
    // The one that timed out ran; the one that was aborted at once never left the queue.
    expect(colorOf('lab.wait')).toEqual(['error'])
    expect(
      track('queue')
        .filter(({ label }) => label === 'lab.wait')
        .map(({ color }) => color),
    ).toEqual(['tertiary-light', 'secondary-light'])
  })

  it('puts track and measure of a call on the same microsecond', () => {
    const failed = panel.measures.find(({ detail }) => detail['method'] === 'fail')
    const [drawn] = onWorkers().filter(({ label }) => label === 'lab.fail')
    expect(Math.abs((drawn?.end ?? 0) - (failed?.end ?? Number.NaN))).toBeLessThanOrEqual(PRECISION)
    const [waited] = track('queue').filter(({ label }) => label === 'lab.fail')
    expect(Math.abs((waited?.start ?? 0) - (failed?.start ?? Number.NaN))).toBeLessThanOrEqual(PRECISION)
  })
})

describe('a recording of a browser whose time stamps know no tracks', () => {
  it('has the tracks of workers and traces by the detail of the measures', () => {
    const tracks = panel.groups['Atelier (older)'] ?? {}
    const drawn = Object.entries(tracks).map(([name, entries]) => [
      name.replace(/ [0-9a-f]{8}$/, ''),
      entries.map(({ label, color }) => `${label.split(':')[1]} ${color}`).sort(),
    ])
    expect(Object.fromEntries(drawn)).toEqual({
      'older #0': [
        'span error',
        'span primary',
        ...Array(4).fill('worker-span primary-light'),
        'worker-span error',
      ].sort(),
      page: ['trace primary'],
    })
  })
})

describe('an export of the same program', () => {
  it('is accepted by the engine, with the same tracks and labels as the recording', async () => {
    const { chromeTrace, traceId } = recording.program
    const exported = (await readAsDevtools(chromeTrace.traceEvents)).groups['Atelier'] ?? {}
    const recorded = panel.groups['Atelier (lab)'] ?? {}
    expect(Object.keys(exported).sort()).toEqual(Object.keys(recorded).sort())
    const labelsOf = (entries: readonly { readonly label: string }[] = []) =>
      entries.map(({ label }) => label).sort()
    for (const name of ['queue', 'lab #0', 'lab #1']) {
      expect(labelsOf(exported[name])).toEqual(labelsOf(recorded[name]))
    }
    expect(labelsOf(exported[`document ${traceId.slice(0, 8)}`])).toEqual(['document'])
  })

  it('lasts as long as the recording says', async () => {
    const { measures } = await readAsDevtools(recording.program.chromeTrace.traceEvents)
    const document = (all: Panel['measures']) =>
      all.find(({ detail }) => detail['traceName'] === 'document' && 'spanCount' in detail)
    const [exported, recorded] = [document(measures), document(panel.measures)]
    const lasted = (one: typeof exported) => (one ? one.end - one.start : Number.NaN)
    expect(Math.abs(lasted(exported) - lasted(recorded))).toBeLessThanOrEqual(PRECISION)
  })

  it('is the same when the panel makes it', async () => {
    const { panelTrace, chromeTrace } = recording.program
    expect(brokenRules(panelTrace.traceEvents)).toEqual([])
    const labelsOf = async (trace: typeof panelTrace) => {
      const tracks = Object.entries((await readAsDevtools(trace.traceEvents)).groups['Atelier'] ?? {})
      return tracks.map(([name, entries]) => [name, entries.map(({ label }) => label).sort()]).sort()
    }
    expect(await labelsOf(panelTrace)).toEqual(await labelsOf(chromeTrace))
  })

  it('keeps the rules of Perfetto', () => {
    expect(brokenRules(recording.program.chromeTrace.traceEvents)).toEqual([])
  })
})
