/** The panel as a person uses it, over real workers: find what hangs, read why, abort, restart, export, import. */
import {
  AtelierDevtools,
  type AtelierDevtoolsHandle,
  AtelierDevtoolsPanel,
  startRecorder,
} from 'atelier-react/devtools'
import { expect, it, vi } from 'vitest'
import { brokenRules } from '../trace/perfetto-rules.ts'
import { lab } from './fixtures/lab.ts'
import { all, click, ends, key, reads, render, tab } from './fixtures/panel-screen.tsx'

/** The text of a file that a click on an item of the Export menu saves. */
async function saved(item: string): Promise<string> {
  const links: string[] = []
  const spy = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (
    this: HTMLAnchorElement,
  ) {
    links.push(this.href)
  })
  await click('.menu-items button', item)
  await vi.waitFor(() => expect(links).toHaveLength(1), 10_000)
  spy.mockRestore()
  const [link = ''] = links
  return decodeURIComponent(link.slice(link.indexOf(',') + 1))
}

it('a hung call is found in two clicks, and is aborted', async () => {
  const { task } = lab()
  render(<AtelierDevtools />)
  const hung = task.wait('never')
  hung.catch(() => {})
  await click('button', /^Open Atelier devtools/)
  await tab('Calls')
  await reads('.row.open', /running.*lab\.wait/)
  await click('.row.open', /wait/)
  await click('.pane button', 'Abort')
  await expect(hung).rejects.toThrow('was aborted')
  await reads('.row', /canceled/)
})

it('says why the slowest trace was slow, and the file of it opens elsewhere', async () => {
  const recorder = startRecorder()
  ends.push(() => recorder.stop())
  const { task, runtime } = lab({ maxWorkers: 1, maxInFlight: 1, maxQueueDepth: 10 })
  await runtime.trace('quick document', (trace) => task.with({ trace }).spin(5))
  await Promise.all([
    runtime.trace('first document', (trace) => task.with({ trace }).spin(200)),
    runtime.trace('slow document', (trace) => task.with({ trace }).spin(50)),
  ])
  render(<AtelierDevtoolsPanel recorder={recorder} initialView="traces" />)
  await click('tbody button', 'slow document')
  await reads('.why', /Why \d+ ms\?.*waiting: .* for lab.*1 earlier call on 1 slot/s)
  await reads('.waterfall', /lab\.spin/)

  const file = await saved('Session file')
  const trace = JSON.parse(await saved('Chrome trace')) as { traceEvents: { name: string }[] }
  expect(trace.traceEvents.some(({ name }) => name.includes('spin'))).toBe(true)
  const otlp = JSON.parse(await saved('OTLP JSON')) as { resourceSpans: unknown[] }
  expect(otlp.resourceSpans).toHaveLength(1)
  ends.pop()?.()

  render(<AtelierDevtoolsPanel sessionFile={file} initialView="traces" />)
  await click('tbody button', 'slow document')
  await reads('.why', /waiting: .* for lab/)
  await reads('.header', /Close file/)
  await tab('Tasks')
  await reads('.card', /lab/)
  expect(all('.card .actions')).toEqual([])
})

it('leads a person from "it is slow" to the file that a colleague opens', async () => {
  const { task, runtime } = lab({ maxWorkers: 1, maxInFlight: 1, maxQueueDepth: 10, retry: { crash: 1 } })
  await task.echo(0)
  render(<AtelierDevtools initialIsOpen />)
  await reads('.header', 'Recording')
  // Somebody says that a document was slow: the slowest stands on top, with its reason.
  const open = (name: string) => runtime.trace(name, (trace) => task.with({ trace }).spin(60))
  await Promise.all(['report.pdf', 'minutes.pdf', 'contract.pdf'].map(open))
  await tab('Traces')
  await reads('tbody tr:first-child', 'contract.pdf')
  await click('tbody button', 'contract.pdf')
  await reads('.why', /Why \d+ ms\?.*waiting: .* for lab.*2 earlier calls on 1 slot/s)
  await click('.pane button', 'Close the trace')
  // A call hangs, and what waits behind it with it: it is aborted.
  const hung = task.with({ key: 'stuck.pdf' }).wait('never')
  const outcome = hung.catch((error: unknown) => (error as Error).name)
  const behind = task.echo('behind')
  await tab('Calls')
  await click('.row.open', /running.*wait\(stuck\.pdf\)/)
  await reads('.pane', /waits? behind/)
  await click('.pane button', 'Abort')
  expect(await outcome).toBe('AbortError')
  expect(await behind).toBe('behind')
  await click('.pane button', 'Close the call')
  // A worker is killed at work: another takes over, and the caller has its result.
  const survives = task.spin(300)
  await tab('Tasks')
  await reads('.card', /1 of 1 in flight/)
  await click('.card button', 'Simulate a crash…')
  await click('.confirm button', 'Simulate a crash')
  expect(await survives).toBe(300)
  await reads('.counts', /requeued1crashes1/)
  await tab('Events')
  await reads('.events', /ready.*waits again.*crash|ready.*crash.*waits again/s)
  // What other tools open, and what a colleague's panel shows.
  const trace = JSON.parse(await saved('Chrome trace')) as { traceEvents: Parameters<typeof brokenRules>[0] }
  expect(brokenRules(trace.traceEvents)).toEqual([])
  const file = await saved('Session file')
  runtime.dispose()
  ends.pop()?.()
  render(<AtelierDevtoolsPanel sessionFile={file} initialView="traces" />)
  await click('tbody button', 'contract.pdf')
  await reads('.why', /waiting: .* for lab/)
  await tab('Calls')
  await reads('.row', /canceled.*stuck\.pdf/)
})

it('opens a trace that the page asks for, at first and later, and says when it has none of it', async () => {
  const { task, runtime } = lab({ maxWorkers: 1 })
  const early = runtime.createTrace('early.pdf')
  await task.with({ trace: early }).echo(0)
  const recorder = startRecorder()
  ends.push(() => recorder.stop())
  const ids = await Promise.all(
    ['one.pdf', 'two.pdf'].map((name) =>
      runtime.trace(name, async (trace) => {
        await task.with({ trace }).echo(name)
        return trace.traceId
      }),
    ),
  )
  const handle: { current: AtelierDevtoolsHandle | null } = { current: null }
  render(<AtelierDevtoolsPanel recorder={recorder} initialTrace={ids[0]} handle={handle} />)
  await reads('.pane h3', 'one.pdf')
  await reads('[role="tab"][aria-selected="true"]', 'Traces')
  expect(handle.current?.openTrace(ids[1] ?? '')).toBe(true)
  await reads('.pane h3', 'two.pdf')
  await reads('.pane .waterfall', 'lab.echo')
  expect(handle.current?.openTrace(early.traceId)).toBe(false)
  await reads('[role="status"]', 'No call of this trace was recorded')
  // What the counts have and the histograms have not is told.
  await tab('Tasks')
  await reads('.note', /Recording since .*; 1 earlier call only counted/)
  await reads('.counts', /succeeded3/)
  ends.pop()?.()
  await vi.waitFor(() => expect(handle.current).toBeNull())

  render(<AtelierDevtools recorder={recorder} handle={handle} />)
  await vi.waitFor(() => expect(handle.current).not.toBeNull(), 10_000)
  expect(all('.panel')).toEqual([])
  handle.current?.openTrace(ids[0] ?? '')
  await reads('.dock .pane h3', 'one.pdf')
})

it('a paused view stands still, whatever is done in it, and goes on', async () => {
  const { task } = lab({ maxWorkers: 1 })
  const recorder = startRecorder()
  ends.push(() => recorder.stop())
  await task.echo(1)
  render(<AtelierDevtoolsPanel recorder={recorder} />)
  await reads('.hits', '1 call')
  key(all('.list')[0] as HTMLElement, ' ')
  await reads('.tools', 'View paused')
  await Promise.allSettled([task.echo(2), task.throwTypeError()])
  await tab('Tasks')
  await reads('.counts', /succeeded1failed0/)
  await tab('Calls')
  await reads('.hits', /^1 call$/)
  await click('.row', /lab\.echo/)
  await reads('.pane h3', 'lab.echo')
  expect(recorder.session.columns.length).toBe(3)
  await click('button', 'View paused')
  await reads('.hits', '3 calls')
})

it('a file that is no session is told, and an open file is not recorded over', async () => {
  const { task } = lab({ maxWorkers: 1 })
  const recorder = startRecorder()
  ends.push(() => recorder.stop())
  await task.echo(1)
  render(<AtelierDevtoolsPanel sessionFile={'{"format":"something else"}'} recorder={recorder} />)
  await reads('[role="alert"]', /Cannot open the session file: .*format.*"atelier-session"/)
  await click('button', 'Close file')
  await reads('.hits', '1 call')
  const file = await saved('Session file')
  ends.pop()?.()

  render(<AtelierDevtoolsPanel sessionFile={file} recorder={recorder} />)
  await reads('.hits', '1 call')
  for (const [name, answer] of [
    ['r', /A session file is open/],
    [' ', /does not move/],
  ] as const) {
    key(all('.list')[0] as HTMLElement, name)
    await reads('[role="status"]', answer)
  }
  expect(recorder.isPaused).toBe(false)
})

it('restarts a worker and shows that it has recovered', async () => {
  const { task } = lab({ maxWorkers: 1 })
  await task.echo(1)
  render(<AtelierDevtoolsPanel initialView="tasks" />)
  await click('.card button', 'Restart #0')
  await expect(task.echo(2)).resolves.toBe(2)
  await tab('Events')
  await reads('.events', /ready.*spawn.*was stopped: restarted/s)
})

it('crashes a worker on request, and shows that the next call has another', async () => {
  const { task, workers } = lab({ maxWorkers: 1, retry: { crash: 0 } })
  await task.echo(1)
  const hung = task.wait('never')
  const outcome = hung.catch((error: unknown) => (error as { code: string }).code)
  render(<AtelierDevtoolsPanel initialView="tasks" />)
  await click('.card button', 'Simulate a crash…')
  await reads('.confirm', /Crash lab #0\?/)
  await click('.confirm button', 'Simulate a crash')
  expect(await outcome).toBe('crashed')
  await expect(task.echo(2)).resolves.toBe(2)
  expect(workers).toHaveLength(2)
  await reads('.counts', /crashes1/)
  await tab('Events')
  await reads('.events', /ready.*spawn.*crash.*simulateCrash/s)
})

it('slows the workers of a task down on request, and says wherever it matters that this is simulated', async () => {
  const { task } = lab({ maxWorkers: 1 })
  await task.echo(1)
  const recorder = startRecorder()
  ends.push(() => recorder.stop())
  render(<AtelierDevtoolsPanel recorder={recorder} initialView="tasks" />)
  await click('.card button', 'Simulate ×4 slower')
  await reads('.card', 'Simulated: #0 is 4 times as slow')
  await reads('.header', 'Slow-down simulated')
  const start = performance.now()
  await task.spin(40)
  expect(performance.now() - start).toBeGreaterThan(155)
  const [call] = recorder.session.calls()
  expect((call?.runEndTime ?? 0) - (call?.startedTime ?? 0)).toBeGreaterThan(155)
  await tab('Events')
  await reads('.events', /4 times as slow from here on \(simulated\)/)
  await click('.header button', 'Slow-down simulated')
  await click('.card [aria-pressed="true"]', 'Simulate ×4 slower')
  await vi.waitFor(() => expect(all('.simulated')).toEqual([]))
})

it('asks in its place before it aborts all calls', async () => {
  const { task } = lab({ maxWorkers: 1 })
  const calls = [task.wait('a'), task.wait('b')]
  const outcomes = Promise.allSettled(calls)
  render(<AtelierDevtoolsPanel initialView="tasks" />)
  await click('.card button', 'Abort all…')
  await reads('.confirm', /Abort 2 calls\?/)
  await click('.confirm button', 'Abort all')
  expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
})

it('draws the lanes of the workers, and selects the call that is clicked', async () => {
  const { task } = lab({ maxWorkers: 1 })
  await task.echo(0)
  const recorder = startRecorder()
  ends.push(() => recorder.stop())
  await task.spin(300)
  render(<AtelierDevtoolsPanel recorder={recorder} initialView="timeline" />)
  const canvas = await vi.waitFor(() => {
    const found = all('canvas')[0] as HTMLCanvasElement | undefined
    expect(found?.width).toBeGreaterThan(300)
    return found as HTMLCanvasElement
  }, 10_000)
  key(canvas, 'n')
  await reads('.pane h3', 'lab.spin')
  key(canvas, 'z')
  // Two frames later the call fills the middle of its lane: the third, below the main thread and the queue.
  await vi.waitFor(() => expect(pixel(canvas, 0.5, 102)).toEqual(rgb(canvas, '--running')), 10_000)
  key(canvas, 'Escape')
  await vi.waitFor(() => expect(all('.pane')).toEqual([]))
  const { left, top, width } = canvas.getBoundingClientRect()
  for (const kind of ['pointerdown', 'pointerup'])
    canvas.dispatchEvent(
      new PointerEvent(kind, { clientX: left + 104 + (width - 104) / 2, clientY: top + 102, pointerId: 1 }),
    )
  await reads('.pane h3', 'lab.spin')
})

it('the filter box finds calls by term, and says what it does not understand', async () => {
  const { task } = lab()
  const recorder = startRecorder()
  ends.push(() => recorder.stop())
  await Promise.allSettled([task.echo(1), task.throwTypeError(), task.add(1)])
  const place = render(<AtelierDevtoolsPanel recorder={recorder} />)
  await reads('.hits', '3 calls')
  key(all('.list')[0] as HTMLElement, '/')
  await type('status:failed')
  await reads('.hits', '1 call')
  await reads('.row', /failed.*lab\.throwTypeError/)
  await type('wait:soon')
  await reads('.hits', 'Not understood: wait:soon')
  place.style.width = '320px'
  await vi.waitFor(() => {
    const [panel] = all('.panel')
    expect(panel?.scrollWidth).toBeLessThanOrEqual(320)
  })
})

it('moves into a window and comes back', async () => {
  const { task } = lab({ maxWorkers: 1 })
  const frame = document.createElement('iframe')
  frame.srcdoc = '<!doctype html>'
  const loaded = new Promise((resolve) => frame.addEventListener('load', resolve))
  document.body.append(frame)
  ends.push(() => frame.remove())
  await loaded
  const view = frame.contentWindow as Window
  const opened = vi.spyOn(window, 'open').mockReturnValue(view)
  const closed = vi.spyOn(view, 'close')
  ends.push(() => opened.mockRestore())
  const inWindow = (selector: string) =>
    [...view.document.querySelectorAll('div')].flatMap(({ shadowRoot }) => [
      ...(shadowRoot?.querySelectorAll<HTMLElement>(selector) ?? []),
    ])
  render(<AtelierDevtools initialIsOpen />)
  await task.echo(1)
  await click('button', 'Open in a window')
  await vi.waitFor(() => expect(inWindow('.panel')).toHaveLength(1), 10_000)
  expect(view.document.title).toBe('Atelier devtools')
  expect(all('.panel')).toEqual([])
  inWindow('[data-tab="calls"]')[0]?.click()
  await vi.waitFor(() => expect(inWindow('.row')[0]?.textContent).toContain('lab.echo'), 10_000)
  expect(inWindow('.row')[0]?.offsetHeight).toBe(24)
  await click('button', 'Bring Atelier devtools back from its window')
  await reads('.row', 'lab.echo')
  await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce())

  await click('button', 'Open in a window')
  await vi.waitFor(() => expect(all('.panel')).toEqual([]))
  view.dispatchEvent(new Event('pagehide'))
  await reads('.row', 'lab.echo')
})

async function type(text: string): Promise<void> {
  const input = await vi.waitFor(() => {
    const found = all('.filter input')[0] as HTMLInputElement | undefined
    expect(found).toBeDefined()
    return found as HTMLInputElement
  })
  const { set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value') ?? {}
  set?.call(input, text)
  input.dispatchEvent(new Event('input', { bubbles: true }))
}

/** The colour in the middle of a lane, at a share of its width, `y` px from the top. */
function pixel(canvas: HTMLCanvasElement, share: number, y: number): number[] {
  const x = 104 + (canvas.clientWidth - 104) * share
  const data = canvas.getContext('2d')?.getImageData(x * devicePixelRatio, y * devicePixelRatio, 1, 1)
  return [...(data?.data ?? [])].slice(0, 3)
}

function rgb(canvas: HTMLCanvasElement, name: string): number[] {
  const hex = getComputedStyle(canvas).getPropertyValue(name).trim()
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16))
}
