/** The page of which pictures are taken: documents on their way through three tasks, and the panel over them. */
import { createTaskRuntime } from 'atelier-react'
import {
  AtelierDevtools,
  AtelierDevtoolsPanel,
  type AtelierDevtoolsPanelProps,
  startRecorder,
} from 'atelier-react/devtools'
import { createRoot } from 'react-dom/client'
import type { StageApi } from './stage.worker.ts'

const search = new URLSearchParams(location.search)
const scene = search.get('scene') ?? 'loaded'
const theme = (search.get('theme') ?? 'light') as 'light' | 'dark'
const view = (search.get('view') ?? 'timeline') as NonNullable<AtelierDevtoolsPanelProps['initialView']>
const position = (search.get('position') ?? 'embedded') as 'embedded' | 'bottom' | 'right' | 'button'

const runtime = createTaskRuntime({ name: 'documents' })
const recorder = startRecorder({ runtimes: [runtime] })

const NAMES = [
  'Washington',
  'Adams',
  'Jefferson',
  'Madison',
  'Monroe',
  'Jackson',
  'Polk',
  'Lincoln',
  'Grant',
  'Hayes',
]

const worker = () => new Worker('/stage.worker.js', { type: 'module' })
const define = (taskName: string, maxWorkers: number, maxQueueDepth: number) =>
  runtime.defineTask<StageApi>({
    ...{ type: 'parallel', taskId: taskName, taskName, worker, maxWorkers, maxQueueDepth },
  })

function tasksOf() {
  return { parse: define('parse', 2, 4), analyze: define('analyze', 2, 8), index: define('index', 1, 16) }
}

/** The page itself is busy now and then. */
function pageWork(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

const { parse, analyze, index } = scene === 'empty' ? ({} as ReturnType<typeof tasksOf>) : tasksOf()

async function documents(count: number): Promise<void> {
  const one = (number: number) =>
    runtime.trace(`${1790 + number} ${NAMES[number % NAMES.length]}`, async (trace) => {
      const key = `doc:${number}`
      await parse.with({ trace, key }).work(8 + (number % 7) * 3)
      if (number % 9 === 0) pageWork(70)
      await analyze.with({ trace, key }).work(16 + (number % 5) * 6)
      await index.with({ trace, key }).work(6 + (number % 3) * 3)
    })
  await Promise.all(Array.from({ length: count }, (_, number) => one(number)))
  await Promise.allSettled([
    parse.with({ key: 'doc:71' }).refuse('holiday.png'),
    analyze.with({ key: 'doc:72', signal: AbortSignal.timeout(80) }).hang('aborted'),
  ])
}

async function run(): Promise<void> {
  if (scene === 'empty') return
  if (scene === 'crashing') {
    await Promise.allSettled([parse.work(40), analyze.work(60)])
    for (let time = 0; time < 3; time++)
      await parse
        .with({ key: `doc:${time}` })
        .die()
        .catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, 300))
    return
  }
  await documents(scene === 'small' || scene === 'idle' ? 12 : 60)
  if (scene === 'idle') {
    await new Promise((resolve) => setTimeout(resolve, 4_000))
    await documents(12)
  }
  if (scene === 'open') {
    void parse
      .with({ key: 'doc:80' })
      .hang('broken.html')
      .catch(() => {})
    void parse
      .with({ key: 'doc:81' })
      .hang('broken.html')
      .catch(() => {})
    for (let call = 0; call < 14; call++)
      void parse
        .with({ key: `doc:${82 + call}` })
        .work(20)
        .catch(() => {})
    void analyze
      .with({ key: 'doc:99' })
      .work(4_000)
      .catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, 1_600))
  }
}

const root = createRoot(document.getElementById('stage') as HTMLElement)
function show(): void {
  root.render(
    position === 'embedded' ? (
      <div style={{ height: '100vh' }}>
        <AtelierDevtoolsPanel recorder={recorder} theme={theme} initialView={view} />
      </div>
    ) : (
      <>
        <h1>State of the Union, indexed</h1>
        <p>
          Every address since 1790 is parsed, analyzed and indexed by Web Workers while this page stays
          responsive.
        </p>
        <AtelierDevtools
          recorder={recorder}
          theme={theme}
          position={position === 'button' ? 'bottom' : position}
          initialIsOpen={position !== 'button'}
        />
      </>
    ),
  )
}

document.documentElement.style.colorScheme = theme
if (scene === 'live') {
  show()
  void documents(400)
} else void run().then(show)
