/** Serves the page, runs it in Chromium, and records it over the DevTools protocol as DevTools does. */
import { chromium } from 'playwright'
import { createServer } from 'vite'
import react from '@vitejs/plugin-react'
import { isolationHeaders, launchOptions } from '../../scripts/lib/chromium.mjs'
import { packageAliases, root } from '../../scripts/lib/entries.mjs'
import type { Recorded } from './page/main.tsx'

/** Those of the Performance panel that timings need. */
const categories = [
  '-*',
  'devtools.timeline',
  'disabled-by-default-devtools.timeline',
  'blink.user_timing',
  'loading',
]

/** An event as the browser writes it. */
export interface TraceEvent {
  readonly name: string
  readonly cat: string
  readonly ph: string
  readonly ts: number
  readonly pid: number
  readonly tid: number
  readonly args: Readonly<Record<string, unknown>>
}

export interface Recording extends Recorded {
  readonly events: readonly TraceEvent[]
}

export async function record(): Promise<Recording> {
  const server = await createServer({
    root,
    configFile: false,
    logLevel: 'error',
    cacheDir: 'node_modules/.vite/trace-test',
    plugins: [react()],
    resolve: { alias: packageAliases() },
    worker: { format: 'es' },
    // All that the page imports: found later, it would make Vite reload the page.
    optimizeDeps: {
      entries: ['test/trace/page/index.html'],
      include: ['react', 'react-dom/client', 'react/jsx-dev-runtime', '@opentelemetry/api'],
    },
    server: { port: 0, host: '127.0.0.1', headers: isolationHeaders, hmr: false, watch: null },
  })
  await server.listen()
  const browser = await chromium.launch(launchOptions())
  try {
    const page = await browser.newPage()
    const broken = new Promise<never>((_resolve, reject) => page.on('pageerror', reject))
    await page.goto(`${server.resolvedUrls?.local[0] ?? ''}test/trace/page/index.html`)
    const ready = page.waitForFunction(() => 'run' in globalThis, undefined, { timeout: 60_000 })
    await Promise.race([ready, broken])

    const session = await page.context().newCDPSession(page)
    const events: TraceEvent[] = []
    session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])))
    const completed = new Promise<void>((resolve) => session.once('Tracing.tracingComplete', () => resolve()))
    await session.send('Tracing.start', {
      transferMode: 'ReportEvents',
      traceConfig: { includedCategories: categories, recordMode: 'recordUntilFull' },
    })
    const recorded = await Promise.race([page.evaluate(() => globalThis.run()), broken])
    await session.send('Tracing.end')
    await completed
    return { ...recorded, events }
  } finally {
    await browser.close()
    await server.close()
  }
}
