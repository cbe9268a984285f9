/** The frame of a hook's story: switches for what a tree may do to the component, and what the runtime does about it. */
import { AtelierProvider, createTaskRuntime, type TaskRuntime } from 'atelier-react'
import { Activity, Fragment, type ReactNode, StrictMode, useState } from 'react'
import { Switch } from '../../ui/switch.tsx'
import './hook-story.css'
import { RuntimeView } from './runtime-view.tsx'

export interface HookStoryProps {
  /** What is shown: the hook's name. */
  readonly hook: string
  /** What it is for, in a sentence. */
  readonly lead: string
  /** Lend the runtime instead of owning it: for the story of the provider itself. */
  readonly lends?: boolean
  readonly children: ReactNode
}

const createRuntime = () => createTaskRuntime({ name: 'hooks' })

export function HookStory({ lends = false, ...frame }: HookStoryProps) {
  const [lent] = useState<TaskRuntime | undefined>(lends ? createRuntime : undefined)
  const page = <Frame {...frame} />
  return lent ? (
    <AtelierProvider runtime={lent}>{page}</AtelierProvider>
  ) : (
    <AtelierProvider createRuntime={createRuntime} graceMs={0}>
      {page}
    </AtelierProvider>
  )
}

function Frame({ hook, lead, children }: Omit<HookStoryProps, 'lends'>) {
  const [isMounted, setMounted] = useState(true)
  const [isVisible, setVisible] = useState(true)
  const [isStrict, setStrict] = useState(false)
  const Mode = isStrict ? StrictMode : Fragment
  return (
    <div className="hook-story">
      <header>
        <h1>{hook}</h1>
        <p className="lead">{lead}</p>
      </header>
      <main className="halves">
        <section className="card" aria-labelledby="component-heading">
          <h2 id="component-heading">The component</h2>
          <div className="switches" role="group" aria-label="State of the component">
            <Switch label="mounted" isOn={isMounted} onChange={setMounted} />
            <Switch label="visible" isOn={isVisible} onChange={setVisible} />
            <Switch label="in StrictMode" isOn={isStrict} onChange={setStrict} />
          </div>
          <div className="stage">
            {isMounted ? (
              <Activity mode={isVisible ? 'visible' : 'hidden'}>
                <Mode>{children}</Mode>
              </Activity>
            ) : null}
            {isMounted && isVisible ? null : <p className="soft">{isMounted ? 'Hidden' : 'Not mounted'}</p>}
          </div>
        </section>
        <RuntimeView />
      </main>
    </div>
  )
}
