/** What the panel says where there is nothing yet, and why there is nothing. */
import type { ReactNode } from 'react'

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
