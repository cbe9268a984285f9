// @vitest-environment node
/** Hot updates, by a real dev server in a real browser: edited components keep their workers, edited tasks replace theirs. */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { type Browser, chromium, type Page } from 'playwright'
import { createServer, type ViteDevServer } from 'vite'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launchOptions } from '../../scripts/lib/chromium.mjs'
import { packageAliases, root } from '../../scripts/lib/entries.mjs'

/** The page does not change with the lane. */
const isPlain = process.env['LANE_REACT'] === '19' && process.env['LANE_COMPILED'] !== '1'

const workerFile = (name: string) => `
  import { createTaskWorker, taskContext } from 'atelier-react/worker'
  createTaskWorker({
    greet: (who) => '${name} greets ' + who,
    wait() {
      const { signal } = taskContext()
      const channel = new BroadcastChannel('gate')
      return new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
        channel.onmessage = () => resolve('${name} waited')
      })
    },
  })`

const tasksFile = (name: string) => `
  import { taskOptions } from 'atelier-react'
  export const task = taskOptions({
    type: 'parallel', maxWorkers: 1, taskName: 'greeter',
    worker: () => new Worker(new URL('./${name}.worker.ts', import.meta.url), { type: 'module' }),
  })`

const appFile = (title: string) => `
  import { useState } from 'react'
  import { taskQuery, useTaskCall, useTaskQuery, useTaskSnapshot } from 'atelier-react'
  import { task } from './tasks.ts'
  export function App() {
    const [who, setWho] = useState('nobody')
    const greeting = useTaskQuery(taskQuery(task, 'greet', who))
    const { run, status, data } = useTaskCall(task, 'wait')
    const workers = useTaskSnapshot(task, (state) => state.workers.active)
    return <>
      <h1>${title}</h1>
      <button id="who" onClick={() => setWho('you')}>who</button>
      <button id="wait" onClick={() => run()}>wait</button>
      <output id="greeting">{greeting.status === 'success' ? greeting.data : greeting.status}</output>
      <output id="waited">{data ?? status}</output>
      <output id="workers">{workers}</output>
    </>
  }`

const mainFile = `
  import { createRoot } from 'react-dom/client'
  import { StrictMode } from 'react'
  import { AtelierProvider, createTaskRuntime } from 'atelier-react'
  import { App } from './app.tsx'
  const runtime = createTaskRuntime({ otel: false, performance: false })
  createRoot(document.getElementById('root')).render(
    <StrictMode><AtelierProvider runtime={runtime}><App /></AtelierProvider></StrictMode>,
  )`

describe.runIf(isPlain)('a hot update', { timeout: 60_000 }, () => {
  let folder: string
  let server: ViteDevServer
  let browser: Browser
  let page: Page
  const complaints: string[] = []
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text)

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'atelier-hot-'))
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    write(
      'index.html',
      '<link rel="icon" href="data:,"><div id="root"></div><script type="module" src="/main.tsx"></script>',
    )
    write('main.tsx', mainFile)
    write('one.worker.ts', workerFile('one'))
    write('two.worker.ts', workerFile('two'))
    write('tasks.ts', tasksFile('one'))
    write('app.tsx', appFile('first'))
    server = await createServer({
      root: folder,
      configFile: false,
      logLevel: 'error',
      cacheDir: join(folder, '.vite'),
      plugins: [react()],
      resolve: { alias: packageAliases() },
      worker: { format: 'es' },
      server: { host: '127.0.0.1', port: 0, fs: { allow: [folder, root] } },
      optimizeDeps: {
        include: ['react', 'react-dom/client', 'use-sync-external-store/with-selector', '@opentelemetry/api'],
      },
    })
    await server.listen()
    browser = await chromium.launch(launchOptions())
  }, 60_000)

  afterAll(async () => {
    await browser?.close()
    await server?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  beforeEach(async () => {
    complaints.length = 0
    page = await browser.newPage()
    page.on('console', (message) => {
      if (message.type() === 'warning' || message.type() === 'error') complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(server.resolvedUrls?.local[0] ?? '')
  })

  afterEach(() => page.close())

  async function shows(id: string, text: string): Promise<void> {
    await expect.poll(() => page.textContent(id), { timeout: 20_000 }).toBe(text)
  }
  const workers = async () => page.workers().length

  it('of a component keeps the task, its worker, its results, and the call that runs', async () => {
    await shows('#greeting', 'one greets nobody')
    await page.click('#who')
    await shows('#greeting', 'one greets you')
    await page.click('#wait')
    await shows('#waited', 'running')
    write('app.tsx', appFile('second'))
    await shows('h1', 'second')
    await shows('#greeting', 'one greets you')
    await page.evaluate(() => new BroadcastChannel('gate').postMessage('open'))
    await shows('#waited', 'one waited')
    expect(await workers()).toBe(1)
    expect(complaints).toEqual([])
    write('app.tsx', appFile('first'))
    await shows('h1', 'first')
  })

  it('of the task replaces its worker; the state stays, the query is made anew, no worker is left over', async () => {
    await page.click('#who')
    await shows('#greeting', 'one greets you')
    await page.click('#wait')
    await shows('#waited', 'running')
    write('tasks.ts', tasksFile('two'))
    // `who` is a state, which a reload of the page would have lost.
    await shows('#greeting', 'two greets you')
    await shows('#waited', 'canceled')
    await expect.poll(workers).toBe(1)
    await shows('#workers', '1')
    expect(complaints.filter((text) => !text.includes('the task "greeter" was defined again'))).toEqual([])
    write('tasks.ts', tasksFile('one'))
    await shows('#greeting', 'one greets you')
    await expect.poll(workers).toBe(1)
  })

  it('of a worker file reloads the page: its code is new, and no worker is left over', async () => {
    await shows('#greeting', 'one greets nobody')
    write('one.worker.ts', workerFile('new'))
    await shows('#greeting', 'new greets nobody')
    await expect.poll(workers).toBe(1)
    expect(complaints).toEqual([])
    write('one.worker.ts', 'const = 1')
    await shows('#greeting', 'error')
    write('one.worker.ts', workerFile('one'))
    await shows('#greeting', 'one greets nobody')
    await expect.poll(workers).toBe(1)
  })
})
