/** The panel: header, views, side pane. */
import {
  type DragEvent,
  type KeyboardEvent,
  lazy,
  Profiler,
  type ProfilerOnRenderCallback,
  type ReactNode,
  Suspense,
  useSyncExternalStore,
} from 'react'
import { noteOwnWork } from '../recorder/own-work.ts'
import { CallPane } from './call-pane.tsx'
import { CallsView } from './calls-view.tsx'
import { NoCalls, Problem } from './empty.tsx'
import { EventsView } from './events-view.tsx'
import { openFile } from './files.ts'
import { Header } from './header.tsx'
import { runKey } from './keys.ts'
import type { PanelView } from './panel-state.ts'
import type { PanelStore } from './panel-store.ts'
import { TabBar } from './tab-bar.tsx'
import { TasksView } from './tasks-view.tsx'
import { TracePane } from './trace-pane.tsx'
import { TracesView } from './traces-view.tsx'

// Not every reader opens these: they are chunks of their own.
const TimelineView = lazy(async () => ({
  default: (await import('../timeline/timeline-view.tsx')).TimelineView,
}))
const MomentPane = lazy(async () => ({ default: (await import('./moment-pane.tsx')).MomentPane }))
const Help = lazy(async () => ({ default: (await import('./help.tsx')).Help }))

interface PanelProps {
  readonly store: PanelStore
  /** The panel can be moved and closed. */
  readonly isDocked?: boolean
}

export function Panel({ store, isDocked = false }: PanelProps): ReactNode {
  const view = useSyncExternalStore(store.subscribe, store.getView)
  const hasPane = view.call !== undefined || view.trace !== undefined || view.momentDetail !== undefined
  const onKeyDown = (event: KeyboardEvent) => {
    if (runKey(event, store, isDocked)) {
      event.preventDefault()
      event.stopPropagation()
    }
  }
  const onDrop = (event: DragEvent) => {
    event.preventDefault()
    const file = event.dataTransfer.files[0]
    if (file) void openFile(file, store)
  }
  return (
    <Profiler id="Atelier devtools" onRender={rendered}>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys of the whole panel; each has a control, too */}
      <section
        className={`panel${view.isFrozen ? ' frozen' : ''}${hasPane ? ' with-pane' : ''}`}
        aria-label="Atelier devtools"
        onKeyDown={onKeyDown}
        onDragOver={(event) => event.preventDefault()}
        onDrop={onDrop}
      >
        <Header view={view} store={store} isDocked={isDocked} />
        <TabBar view={view} store={store} />
        <div className="body">
          <div className="main" role="tabpanel" id="view" aria-label={view.tab}>
            <Suspense>
              <View view={view} store={store} />
            </Suspense>
          </div>
          <Suspense>
            <SidePane view={view} store={store} />
          </Suspense>
        </div>
        <p className="status" role="status">
          {view.notice}
        </p>
        <Suspense>{view.isHelpOpen && <Help onClose={() => store.set({ isHelpOpen: false })} />}</Suspense>
      </section>
    </Profiler>
  )
}

/** React reports how long a render took, and when it was committed. */
function rendered(...[, , durationMs, , , commitTime]: Parameters<ProfilerOnRenderCallback>): void {
  noteOwnWork(commitTime - durationMs, commitTime)
}

interface ViewProps {
  readonly view: PanelView
  readonly store: PanelStore
}

function View({ view, store }: ViewProps): ReactNode {
  if (view.problem !== undefined) return <Problem text={view.problem} />
  switch (view.tab) {
    case 'timeline':
      return view.list.recorded === 0 && view.taskNames.size === 0 ? (
        <NoCalls />
      ) : (
        <TimelineView view={view} store={store} />
      )
    case 'tasks':
      return <TasksView view={view} store={store} />
    case 'calls':
      return <CallsView view={view} store={store} />
    case 'traces':
      return <TracesView view={view} store={store} />
    case 'events':
      return <EventsView view={view} store={store} />
  }
}

function SidePane({ view, store }: ViewProps): ReactNode {
  if (view.call) return <CallPane view={view} detail={view.call} store={store} />
  if (view.momentDetail) return <MomentPane detail={view.momentDetail} store={store} />
  return view.trace && <TracePane view={view} trace={view.trace} store={store} />
}
