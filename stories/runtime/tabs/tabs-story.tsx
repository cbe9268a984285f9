/** Two pages of one origin, in frames, and the engine that they share: which of them is its host, and what each knows. */
import { useEffect, useRef, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import '../../ui/page.css'
import './tabs-story.css'
import type { OpenTab, TabState } from './tab.ts'
// oxlint-disable-next-line import/default -- the bundler makes it
import tabUrl from './tab.ts?worker&url'

export interface TabsStoryProps {
  /** Gives what the page has and its frames need, such as globals of a test runner. */
  readonly globals?: (() => object) | undefined
}

export function TabsStory({ globals }: TabsStoryProps) {
  return (
    <div className="page">
      <header>
        <h1>One engine for all tabs</h1>
        <p className="lead">
          Each card is a separate page, in a frame. They share one worker, which has a file open that no
          second worker could open. One page is its host. Close that one: the other takes over, and the sum is
          still there.
        </p>
      </header>
      <main className="tabs">
        <Tab name="Tab A" globals={globals} />
        <Tab name="Tab B" globals={globals} />
      </main>
    </div>
  )
}

const ROLES = { host: 'Host', guest: 'Guest', electing: 'Electing' } as const

function Tab({ name, globals }: { readonly name: string } & TabsStoryProps) {
  const [isOpen, setOpen] = useState(true)
  const [state, setState] = useState<TabState>()
  const tab = useRef<OpenTab>(undefined)
  const frames = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!isOpen) return
    const frame = document.createElement('iframe')
    frame.title = name
    frame.hidden = true
    frames.current?.append(frame)
    const page = frame.contentWindow as Window
    Object.assign(page, globals?.())
    const script = page.document.createElement('script')
    script.type = 'module'
    script.src = new URL(tabUrl, document.baseURI).href
    script.onload = () => {
      tab.current = page.openTab?.(setState)
    }
    page.document.head.append(script)
    return () => {
      tab.current = undefined
      frame.remove()
      setState(undefined)
    }
  }, [isOpen, name, globals])
  const { role = 'electing', total } = state ?? {}
  return (
    <section className="card" aria-label={name}>
      <div className="card-head">
        <h2>{name}</h2>
        <span className="role" data-role={isOpen ? role : 'closed'}>
          {isOpen ? ROLES[role] : 'Closed'}
        </span>
      </div>
      <p className="sum" aria-live="polite">
        {isOpen ? (total ?? '…') : '–'}
      </p>
      <p className="soft">{isOpen ? whatItIs(state) : 'Its worker ended with it.'}</p>
      <div className="card-head">
        <Button tone="primary" isOff={total === undefined} onClick={() => tab.current?.add()}>
          Add 1
        </Button>
        <Button onClick={() => setOpen((open) => !open)}>{isOpen ? 'Close' : 'Open again'}</Button>
      </div>
      <div ref={frames} hidden />
    </section>
  )
}

function whatItIs(state: TabState | undefined): string {
  if (state?.role === 'host') return 'The worker is this page’s.'
  if (state?.role === 'guest') return 'Its calls go to the worker of the other page.'
  return 'Looking for the page that has the worker.'
}
