/** What the panel promises beside its views: what it costs the page, its keys, and that everybody can read it. */
import type { RuntimeEvent, TaskRuntime } from 'atelier-react/core'
import { AtelierDevtools, AtelierDevtoolsPanel, startRecorder } from 'atelier-react/devtools'
import { createRoot } from 'react-dom/client'
import { expect, it, onTestFinished, vi } from 'vitest'
import { cdp, server } from 'vitest/browser'
import { KEYS } from '../../devtools/panel/keys.ts'
import { Timeline } from '../../devtools/timeline/timeline.ts'
import { lab, testRuntime } from './fixtures/lab.ts'
import { all, click, ends, key, reads, render, tab } from './fixtures/panel-screen.tsx'

const TABS = ['Timeline', 'Tasks', 'Calls', 'Traces', 'Events']
const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))

/** A trace of two calls one in the other, one that failed, and one that hangs. */
async function record() {
  const recorder = startRecorder()
  ends.push(() => recorder.stop())
  const { task, runtime } = lab({ maxWorkers: 2, maxInFlight: 2 })
  await runtime.trace('a document with a name that is rather long', async (trace) => {
    await task.with({ trace, key: 'a key that is rather long, too' }).spin(30)
    await task.with({ trace }).echo(2)
  })
  await task.throwTypeError().catch(() => {})
  const hung = task.with({ key: 'stuck' }).wait('never')
  const outcome = hung.catch((error: unknown) => (error as Error).name)
  await vi.waitFor(() => expect(recorder.session.openCalls()[0]?.status).toBe('running'))
  return { recorder, task, runtime, outcome }
}

/** Counts who listens to a runtime. */
function counted(runtime: TaskRuntime) {
  const open = { events: 0, snapshots: [] as (number | undefined)[] }
  const spied: TaskRuntime = Object.create(runtime, {
    subscribeEvents: {
      value: (...args: Parameters<TaskRuntime['subscribeEvents']>) => {
        const stop = runtime.subscribeEvents(...args)
        open.events++
        return () => {
          open.events--
          stop()
        }
      },
    },
    subscribeRuntimeSnapshot: {
      value: (listener: () => void, options?: { intervalMs?: number }) => {
        const stop = runtime.subscribeRuntimeSnapshot(listener, options)
        const mark = options?.intervalMs
        open.snapshots.push(mark)
        return () => {
          open.snapshots.splice(open.snapshots.indexOf(mark), 1)
          stop()
        }
      },
    },
  })
  return { spied, open }
}

it('closed, one subscription that tells four times a second at most; taken away, none', async () => {
  const { spied, open } = counted(testRuntime())
  const place = document.createElement('div')
  const root = createRoot(place)
  root.render(<AtelierDevtools runtimes={[spied]} />)
  await vi.waitFor(() => expect(open).toEqual({ events: 0, snapshots: [250] }), 10_000)
  await click('button', /^Open Atelier devtools/)
  await vi.waitFor(() => expect(open.events).toBe(1))
  await click('button', 'Close')
  await vi.waitFor(() => expect(open).toEqual({ events: 0, snapshots: [250] }))
  root.unmount()
  await vi.waitFor(() => expect(open).toEqual({ events: 0, snapshots: [] }))
})

it('asks for no layout while calls come, whichever view is open', async () => {
  const { recorder, task } = await record()
  render(<AtelierDevtoolsPanel recorder={recorder} initialView="timeline" />)
  const asked: string[] = []
  const count = (holder: object, name: string) => {
    const own = Object.getOwnPropertyDescriptor(holder, name) as PropertyDescriptor
    const note = (of: unknown) => {
      if (of instanceof Element && of.getRootNode() instanceof ShadowRoot) asked.push(name)
    }
    Object.defineProperty(holder, name, {
      ...own,
      ...(own.get && {
        get(this: unknown) {
          note(this)
          return own.get?.call(this) as unknown
        },
      }),
      ...(typeof own.value === 'function' && {
        value(this: unknown, ...args: unknown[]) {
          note(this === undefined || this === window ? args[0] : this)
          return (own.value as (...all: unknown[]) => unknown).apply(this, args)
        },
      }),
    })
    onTestFinished(() => void Object.defineProperty(holder, name, own))
  }
  for (const name of ['clientWidth', 'clientHeight', 'scrollTop', 'scrollWidth', 'scrollHeight'])
    count(Element.prototype, name)
  for (const name of ['getBoundingClientRect', 'getClientRects', 'scrollIntoView'])
    count(Element.prototype, name)
  for (const name of ['offsetWidth', 'offsetHeight', 'offsetTop', 'innerText'])
    count(HTMLElement.prototype, name)
  count(window, 'getComputedStyle')
  for (const name of TABS) {
    await tab(name)
    await reads('[role="tab"][aria-selected="true"]', name)
    await vi.waitFor(() => expect(all('[role="tabpanel"] > *').length).toBeGreaterThan(0))
    const isDrawn = () => all('canvas').every((canvas) => (canvas as HTMLCanvasElement).width > 300)
    await vi.waitFor(
      () => expect(isDrawn() && (name !== 'Timeline' || all('canvas').length > 0)).toBe(true),
      5_000,
    )
    // A view may measure itself once it is there.
    await frame()
    await frame()
    asked.length = 0
    const until = recorder.session.version + 400
    while (recorder.session.version < until) await Promise.all(Array.from({ length: 20 }, () => task.echo(1)))
    const before = all('.figures')[0]?.textContent
    await task.echo(1)
    await vi.waitFor(() => expect(all('.figures')[0]?.textContent).not.toBe(before), 5_000)
    await frame()
    expect({ name, asked: [...new Set(asked)] }).toEqual({ name, asked: [] })
  }
})

it('renders of a long list only the rows that are on the screen, wherever it is scrolled to', async () => {
  const { recorder, task, runtime } = await record()
  for (let number = 0; number < 120; number++) {
    const name = `document ${number}`
    await runtime.trace(name, async (trace) => task.with({ trace }).echo(number))
  }
  const { length } = recorder.session.columns
  for (const [name, row] of [
    ['Calls', '.row'],
    ['Traces', '.row-of-table'],
  ] as const) {
    render(<AtelierDevtoolsPanel recorder={recorder} />)
    await tab(name)
    const scroller = await vi.waitFor(() => {
      expect(all(row).length).toBeGreaterThan(5)
      return all('.list, .scroll')[0] as HTMLElement
    }, 10_000)
    const first = () => all(row)[0]?.getAttribute('aria-rowindex')
    await vi.waitFor(() => expect(all(row).length).toBeLessThan(60))
    const top = first()
    expect(scroller.scrollHeight).toBeGreaterThan(100 * 20)
    scroller.scrollTop = scroller.scrollHeight
    await vi.waitFor(() => expect(first()).not.toBe(top))
    await vi.waitFor(() => {
      const end = scroller.getBoundingClientRect().bottom
      expect(all(row).at(-1)?.getBoundingClientRect().bottom).toBeLessThanOrEqual(end + 1)
    })
    expect(all(row).length).toBeLessThan(60)
    // Another view, and back: the list begins at its top.
    await tab('Events')
    await tab(name)
    await vi.waitFor(() => expect(first()).toBe(top))
    ends.pop()?.()
  }
  expect(length).toBeGreaterThan(120)
})

it('is in nobody’s telemetry: no measure, no event, no call, and no element of the page', async () => {
  const runtime = testRuntime({ performance: true })
  const told: RuntimeEvent[] = []
  runtime.subscribeEvents((event) => told.push(event), {
    kinds: ['call', 'span', 'trace', 'worker', 'counter', 'gauge', 'histogram'],
  })
  const entries = () =>
    ['measure', 'mark'].flatMap((type) => performance.getEntriesByType(type).map(({ name }) => name))
  // React of a development build writes measures of each component; they are not the panel's.
  const before = entries().filter((name) => /atelier/i.test(name)).length
  render(<AtelierDevtoolsPanel runtime={runtime} />)
  for (const name of TABS) {
    await tab(name)
    await reads('[role="tab"][aria-selected="true"]', name)
  }
  expect(told).toEqual([])
  expect(entries().filter((name) => /atelier/i.test(name)).length).toBe(before)
  expect(runtime.getRuntimeSnapshot().tasks).toEqual([])
  // All that it has on the page is a host; what it renders is behind it.
  expect(document.querySelectorAll('.panel, .header, [role="tab"]')).toHaveLength(0)
  expect(all('.panel')).toHaveLength(1)
})

it('is as it is whatever the page’s own styles say, and leaves the page as it is', async () => {
  const style = document.createElement('style')
  style.textContent =
    'body, body * { color: rgb(1, 2, 3) !important; font-size: 40px !important; } button { display: none !important; } div { line-height: 9; }'
  document.head.append(style)
  ends.push(() => style.remove())
  const probe = document.createElement('button')
  document.body.append(probe)
  ends.push(() => probe.remove())
  const { recorder } = await record()
  render(<AtelierDevtoolsPanel recorder={recorder} />)
  await reads('.row', 'lab.spin')
  const [button] = all('.tools button')
  const [row] = all('.row')
  if (!button || !row) throw new Error('no control, no row')
  expect(getComputedStyle(button).display).not.toBe('none')
  expect(getComputedStyle(row).fontSize).toBe('12px')
  expect(getComputedStyle(row).color).not.toBe('rgb(1, 2, 3)')
  expect(getComputedStyle(probe).padding).not.toBe(getComputedStyle(button).padding)
})

it('does with each key what its help says', async () => {
  const { recorder, outcome, task, runtime } = await record()
  await runtime.trace('parent', async (trace) => task.with({ trace }).echo(3))
  // Two that ran one after the other on the worker that nothing holds.
  await Promise.all([task.echo(4), task.echo(5)])
  const made = vi.spyOn(Timeline.prototype, 'show')
  const copied: string[] = []
  vi.spyOn(navigator.clipboard, 'writeText').mockImplementation(async (text) => void copied.push(text))
  const saved: string[] = []
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    saved.push(this.download)
  })
  ends.push(() => vi.restoreAllMocks())
  render(<AtelierDevtoolsPanel recorder={recorder} initialView="timeline" />)
  const canvas = await vi.waitFor(() => {
    const [found] = all('canvas')
    expect(found).toBeDefined()
    return found as HTMLElement
  }, 10_000)
  await vi.waitFor(() => expect(made.mock.contexts.length).toBeGreaterThan(0))
  const timeline = () => made.mock.contexts.at(-1) as Timeline
  const length = () => timeline().window.end - timeline().window.start
  const press = (name: string) => key(all('canvas, .list, .scroll')[0] ?? canvas, name)
  const selected = () => all('.pane h3')[0]?.textContent ?? ''
  const changes = async (read: () => unknown, act: () => void) => {
    const before = read()
    act()
    await vi.waitFor(() => expect(read()).not.toEqual(before), 5_000)
  }
  const openTab = async (name: string) => {
    press(String(TABS.indexOf(name) + 1))
    await reads('[role="tab"][aria-selected="true"]', name)
  }
  const onTimeline = async () => {
    await openTab('Timeline')
    await vi.waitFor(() => expect(all('canvas')).toHaveLength(1))
  }
  const tested: Record<string, () => Promise<unknown>> = {
    '1 – 5': async () => {
      for (const name of TABS) await openTab(name)
    },
    '/': async () => {
      press('/')
      await vi.waitFor(() => expect(all('.filter input')[0]?.matches(':focus')).toBe(true))
      await onTimeline()
    },
    'W S': async () => {
      const before = length()
      press('w')
      expect(length()).toBeLessThan(before)
      press('s')
      expect(length()).toBeCloseTo(before)
    },
    'A D': async () => {
      const { start } = timeline().window
      press('d')
      expect(timeline().window.start).toBeGreaterThan(start)
      press('a')
      expect(timeline().window.start).toBeCloseTo(start)
    },
    '0': async () => {
      press('w')
      await changes(length, () => press('0'))
      expect(timeline().window.start).toBeLessThanOrEqual(recorder.session.startTime)
    },
    Z: async () => {
      press('n')
      await vi.waitFor(() => expect(selected()).not.toBe(''))
      await changes(length, () => press('z'))
    },
    F: async () => {
      await reads('.legend [aria-pressed="false"]', 'Follow')
      press('f')
      await reads('.legend [aria-pressed="true"]', 'Follow')
    },
    G: async () => {
      const heights = () => all('canvas')[0]?.ariaLabel
      expect(heights()).toMatch(/^Timeline/)
      const fills = vi.spyOn(CanvasRenderingContext2D.prototype, 'fillText')
      press('g')
      await vi.waitFor(() => expect(fills.mock.calls.map(([text]) => text)).toContain('▸ lab'))
      fills.mockClear()
      press('g')
      await vi.waitFor(() => expect(fills.mock.calls.map(([text]) => text)).toContain('▾ lab'))
      fills.mockRestore()
    },
    T: async () => {
      const [toggle] = all('.legend button').filter(({ textContent }) => textContent === 'Fold idle time')
      expect(toggle?.getAttribute('aria-pressed')).toBe('true')
      press('t')
      await vi.waitFor(() => expect(toggle?.getAttribute('aria-pressed')).toBe('false'))
      await reads('[role="status"]', 'Idle time is shown')
      toggle?.click()
      await vi.waitFor(() => expect(toggle?.getAttribute('aria-pressed')).toBe('true'))
      await reads('[role="status"]', 'Idle time is folded')
    },
    '← →': async () => {
      press('Escape')
      await vi.waitFor(() => expect(selected()).toBe(''))
      press('ArrowRight')
      await vi.waitFor(() => expect(selected()).not.toBe(''))
      const newest = all('.pane .facts')[0]?.textContent
      press('ArrowLeft')
      await vi.waitFor(() => expect(all('.pane .facts')[0]?.textContent).not.toBe(newest))
      press('ArrowRight')
      await vi.waitFor(() => expect(all('.pane .facts')[0]?.textContent).toBe(newest))
    },
    '↑ ↓': async () => {
      const worker = () => /worker#(\d)/.exec(all('.pane .facts')[0]?.textContent ?? '')?.[1]
      const from = worker()
      press(from === '0' ? 'ArrowDown' : 'ArrowUp')
      await vi.waitFor(() => expect(worker()).not.toBe(from))
    },
    Enter: async () => {
      press('Enter')
      await vi.waitFor(() => expect(all('.pane button').some((each) => each.matches(':focus'))).toBe(true))
    },
    N: async () => {
      press('Escape')
      await vi.waitFor(() => expect(selected()).toBe(''))
      press('n')
      await vi.waitFor(() => expect(selected()).toMatch(/^lab\.(wait|spin)$/))
      await changes(selected, () => press('n'))
    },
    L: async () => {
      press('l')
      await reads('.status, .pane', /[Ll]ong frame/)
    },
    I: async () => {
      press('i')
      await reads('.status, .pane', /interaction|click|pointer|key/i)
    },
    P: async () => {
      await openTab('Calls')
      await click('.row', /lab\.echo/)
      press('p')
      await vi.waitFor(() => expect(selected()).not.toBe('lab.echo'))
      expect(all('.waterfall')).toHaveLength(1)
      await onTimeline()
    },
    C: async () => {
      await openTab('Calls')
      await click('.row', /lab\.spin/)
      press('c')
      await vi.waitFor(() =>
        expect(copied).toEqual([expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)]),
      )
    },
    X: async () => {
      await openTab('Calls')
      await click('.row.open', /lab\.wait/)
      press('x')
      expect(await outcome).toBe('AbortError')
      await reads('[role="status"]', 'Aborted lab.wait')
    },
    E: async () => {
      press('e')
      await vi.waitFor(() => expect(saved).toEqual([expect.stringMatching(/\.json$/)]))
    },
    R: async () => {
      press('r')
      await vi.waitFor(() => expect(recorder.isPaused).toBe(true))
      press('r')
      await vi.waitFor(() => expect(recorder.isPaused).toBe(false))
    },
    Space: async () => {
      press(' ')
      await reads('.tools', 'View paused')
      press(' ')
      await vi.waitFor(() => expect(all('.panel.frozen')).toEqual([]))
    },
    '?': async () => {
      press('?')
      await vi.waitFor(() => expect(all('.help dt')).toHaveLength(KEYS.length))
    },
    Esc: async () => {
      press('Escape')
      await vi.waitFor(() => expect(all('.help')).toEqual([]))
      press('Escape')
      await vi.waitFor(() => expect(all('.pane')).toEqual([]))
    },
  }
  expect(Object.keys(tested).sort()).toEqual(KEYS.map(([name]) => name).sort())
  for (const test of Object.values(tested)) await test()
})

it('says in words what the canvas shows: what is selected, and the same calls as a list', async () => {
  const { recorder } = await record()
  render(<AtelierDevtoolsPanel recorder={recorder} initialView="timeline" />)
  const canvas = await vi.waitFor(() => {
    const [found] = all('canvas[role="application"]')
    expect(found).toBeDefined()
    return found as HTMLElement
  }, 10_000)
  expect(canvas.getAttribute('aria-label')).toMatch(
    /arrow keys select calls; the Calls view has the same as a list/,
  )
  key(canvas, 'n')
  await reads('.timeline [aria-live="polite"]', /^lab\.(wait, running|spin, succeeded), /)
  const said = () => all('.timeline [aria-live="polite"]')[0]?.textContent?.split(',')[0] ?? ''
  const first = said()
  key(canvas, 'n')
  await vi.waitFor(() => expect(said()).not.toBe(first))
  const second = said()
  await tab('Calls')
  await reads('.row', 'lab.spin')
  const [grid] = all('[role="grid"]')
  expect(grid?.getAttribute('aria-rowcount')).toBe(String(recorder.session.columns.length))
  expect(all('[role="row"]').map((row) => row.textContent)).toHaveLength(recorder.session.columns.length)
  const active = grid?.getAttribute('aria-activedescendant') ?? ''
  expect(all(`#${active}`)[0]?.textContent).toContain(second)
})

it('moves nothing where somebody has asked for less motion', async () => {
  render(<AtelierDevtools />)
  await vi.waitFor(() => expect(all('.open-button')).toHaveLength(1), 10_000)
  const root = all('.open-button')[0]?.getRootNode() as ShadowRoot
  const moving = (rules: CSSRuleList): string[] =>
    [...rules].flatMap((rule) => {
      if (rule instanceof CSSMediaRule && rule.conditionText.includes('prefers-reduced-motion')) {
        expect(rule.conditionText).toContain('no-preference')
        return []
      }
      if ('cssRules' in rule && !(rule instanceof CSSStyleRule)) return moving(rule.cssRules as CSSRuleList)
      return /transition|animation|scroll-behavior: smooth/.test(rule.cssText) ? [rule.cssText] : []
    })
  const sheets = [...root.adoptedStyleSheets, ...root.styleSheets]
  expect(sheets.length).toBeGreaterThan(0)
  expect(sheets.flatMap(({ cssRules }) => moving(cssRules))).toEqual([])
})

it('fits into 320 px: no view, no side pane and no menu is wider', async () => {
  const { recorder } = await record()
  const place = render(<AtelierDevtoolsPanel recorder={recorder} />)
  place.style.width = '320px'
  await reads('.row', 'lab.spin')
  const wide = () =>
    all('.panel *')
      .filter((element) => {
        const { right, left, width } = element.getBoundingClientRect()
        const edge = place.getBoundingClientRect()
        // What scrolls inside a table or a list of tabs can be reached.
        return (
          element.checkVisibility() &&
          width > 0 &&
          (right > edge.right + 1 || left < edge.left - 1) &&
          !element.closest('.scroll, .tabs, .list')
        )
      })
      .map((element) => `${element.localName}.${element.className} ${element.textContent.slice(0, 40)}`)
  const fits = async (what: string) => {
    await frame()
    expect({ what, wide: wide(), page: (all('.panel')[0]?.scrollWidth ?? 999) <= 320 }).toEqual({
      what,
      wide: [],
      page: true,
    })
  }
  for (const name of TABS) {
    await tab(name)
    await reads('[role="tab"][aria-selected="true"]', name)
    await fits(name)
  }
  await tab('Calls')
  await click('.row', /lab\.spin/)
  await reads('.pane h3', 'lab.spin')
  await fits('the pane of a call')
  await click('.pane button', 'Show its trace')
  await reads('.pane .why', /Why/)
  await fits('the pane of a trace')
  await click('.pane button', 'Close the trace')
  await click('summary', 'Export')
  await fits('the menu')
  await click('summary', 'Export')
  key(all('.list')[0] as HTMLElement, '?')
  await vi.waitFor(() => expect(all('.help')).toHaveLength(1))
  await fits('the keys')
})

it.runIf(server.provider === 'playwright')(
  'keeps shapes and names where the system forces its colours',
  async () => {
    const { recorder } = await record()
    render(<AtelierDevtoolsPanel recorder={recorder} />)
    await reads('.row', 'lab.spin')
    const emulate = (value: 'active' | 'none') =>
      (cdp() as unknown as { send(method: string, params: object): Promise<void> }).send(
        'Emulation.setEmulatedMedia',
        {
          features: [{ name: 'forced-colors', value }],
        },
      )
    await emulate('active')
    onTestFinished(() => emulate('none'))
    await vi.waitFor(() => expect(matchMedia('(forced-colors: active)').matches).toBe(true))
    const probe = document.createElement('i')
    probe.style.color = 'Highlight'
    document.body.append(probe)
    ends.push(() => probe.remove())
    const highlight = getComputedStyle(probe).color
    const [bar] = all('.row .phase-running')
    if (!bar) throw new Error('no bar')
    expect(getComputedStyle(bar).backgroundColor).toBe(highlight)
    await click('.row', /lab\.spin/)
    await reads('.pane h3', 'lab.spin')
    await tab('Timeline')
    const canvas = await vi.waitFor(() => {
      const found = all('canvas')[0] as HTMLCanvasElement | undefined
      expect(found?.width).toBeGreaterThan(300)
      return found as HTMLCanvasElement
    }, 10_000)
    key(canvas, 'z')
    // What ran is drawn in the colour that the system has for it.
    const drawn = () => {
      const context = canvas.getContext('2d')
      const { data } = context?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] }
      const seen = new Set<string>()
      for (let at = 0; at < data.length; at += 4)
        seen.add(`rgb(${data[at]}, ${data[at + 1]}, ${data[at + 2]})`)
      return seen
    }
    // The colour may let through what is below it.
    const sample = document.createElement('canvas').getContext('2d') as CanvasRenderingContext2D
    for (const colour of ['Canvas', highlight]) {
      sample.fillStyle = colour
      sample.fillRect(0, 0, 1, 1)
    }
    const [red, green, blue] = sample.getImageData(0, 0, 1, 1).data
    await vi.waitFor(() => expect(drawn()).toContain(`rgb(${red}, ${green}, ${blue})`), 5_000)
  },
)
