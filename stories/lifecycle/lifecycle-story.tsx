/** The frame of the lifecycle lab: switches for what React may do to a component, the lanes, and what happened, in order. */
import { AtelierProvider, createTaskRuntime, type RuntimeEvent, useRuntimeEvents } from 'atelier-react'
import { Activity, Fragment, type ReactNode, StrictMode, useState } from 'react'
import { LaneLegend, Lanes } from '../ui/lanes/lanes.tsx'
import { useLanes } from '../ui/lanes/use-lanes.ts'
import { Switch } from '../ui/switch.tsx'
import '../ui/page.css'
import './lifecycle.css'

/** Adds a line to what happened. */
export type Say = (text: string) => void

export interface LifecycleProps {
  readonly title: string
  /** What to try, and what to look at. */
  readonly lead: string
  readonly code: string
  /** Whether the component is in StrictMode when the page opens. */
  readonly isStrict?: boolean
  /** What the switches act on. */
  readonly subject: (say: Say) => ReactNode
}

const createRuntime = () => createTaskRuntime({ name: 'lifecycle' })

/** How long the workers of an unmounted or hidden component stay. */
const graceMs = 500

export function LifecycleStory(props: LifecycleProps) {
  const [runtime] = useState(createRuntime)
  // Lent here, where the picture must outlive the component, and owned below by the provider that the switches act on.
  return (
    <AtelierProvider runtime={runtime}>
      <Lab {...props} own={() => runtime} />
    </AtelierProvider>
  )
}

interface LabProps extends LifecycleProps {
  readonly own: () => ReturnType<typeof createRuntime>
}

function Lab({ title, lead, code, isStrict = false, subject, own }: LabProps) {
  const { picture } = useLanes({ showsStops: true })
  const [lines, setLines] = useState<readonly string[]>([])
  const [say] = useState<Say>(() => (text: string) => {
    // In a later turn: queries call while React renders, and effects run while it commits.
    queueMicrotask(() => setLines((before) => [...before, text]))
  })
  useRuntimeEvents(
    (event) => {
      const text = wordsFor(event)
      if (text) say(text)
    },
    { kinds: ['call', 'worker'] },
  )
  // Off at first: what the mount does belongs to the picture, which begins with its listener.
  const [isMounted, setMounted] = useState(false)
  const [isVisible, setVisible] = useState(true)
  const [isInStrictMode, setStrict] = useState(isStrict)
  const Mode = isInStrictMode ? StrictMode : Fragment
  const flip = (what: string, set: (isOn: boolean) => void) => (isOn: boolean) => {
    say(`You switch “${what}” ${isOn ? 'on' : 'off'}.`)
    set(isOn)
  }
  return (
    <div className="page">
      <header>
        <h1>{title}</h1>
        <p className="lead">{lead}</p>
      </header>
      <main className="card">
        <code className="code">{code}</code>
        <div className="lab-switches" role="group" aria-label="The component">
          <Switch label="mounted" isOn={isMounted} onChange={flip('mounted', setMounted)} />
          <Switch label="visible" isOn={isVisible} onChange={flip('visible', setVisible)} />
          <Switch label="in StrictMode" isOn={isInStrictMode} onChange={flip('in StrictMode', setStrict)} />
        </div>
        <div className="lab-stage">
          {/* Outside: React mounts twice what is added to a strict tree, not a strict tree that is added. */}
          <Mode>
            {isMounted && (
              <Activity mode={isVisible ? 'visible' : 'hidden'}>
                <AtelierProvider createRuntime={own} graceMs={graceMs}>
                  {subject(say)}
                </AtelierProvider>
              </Activity>
            )}
          </Mode>
          {!(isMounted && isVisible) && <p className="soft">{isMounted ? 'Hidden.' : 'Not mounted.'}</p>}
        </div>
        <Lanes picture={picture} label={title} />
        <LaneLegend />
        <section aria-labelledby="happened">
          <h2 id="happened">What happened</h2>
          {lines.length === 0 ? (
            <p className="soft">Nothing yet. Switch “mounted” on.</p>
          ) : (
            <ol className="lab-log" aria-live="polite" aria-labelledby="happened">
              {lines.map((line, index) => (
                <li key={index} data-by={line.startsWith('You') ? 'reader' : undefined}>
                  {line}
                </li>
              ))}
            </ol>
          )}
        </section>
      </main>
    </div>
  )
}

function wordsFor(event: RuntimeEvent): string | undefined {
  if (event.kind === 'worker') {
    if (event.action === 'spawn') return 'A worker starts.'
    if (event.action === 'terminate') return `The worker stops: ${event.reason}.`
    return undefined
  }
  if (event.kind !== 'call') return undefined
  if (event.phase === 'created') return 'A call is made.'
  if (event.phase === 'started') return 'The call runs.'
  if (event.phase === 'settled') return `The call ends: ${event.outcome}.`
  return undefined
}
