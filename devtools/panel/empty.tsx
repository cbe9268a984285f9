/** What the panel shows when there is nothing yet, and the reason. */
import type { ReactNode } from 'react'
import { counted } from '../model/format.ts'
import type { PanelView } from './panel-state.ts'

export function NoCalls(): ReactNode {
  return (
    <div className="empty">
      <h3>No call yet</h3>
      <p>The first call starts a worker. It is shown here as soon as it is made.</p>
      <pre>
        {
          "const task = runtime.defineTask({ type: 'parallel', worker: () => new Worker(url) })\nawait task.resize(image)"
        }
      </pre>
    </div>
  )
}

/** The counts of tasks include calls that were not recorded. */
export function EarlierCalls({ view }: { readonly view: PanelView }): ReactNode {
  if (view.earlierCalls === 0) return null
  return (
    <p className="note">
      Recording since {view.since}; {counted(view.earlierCalls, 'earlier call')} only counted.
    </p>
  )
}

export function Problem({ text }: { readonly text: string }): ReactNode {
  return (
    <div className="empty problem" role="alert">
      <h3>
        <span aria-hidden="true">✕</span> Nothing to show
      </h3>
      <p>{text}</p>
    </div>
  )
}
