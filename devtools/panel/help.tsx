/** The list of keys, shown over the panel. */
import type { ReactNode } from 'react'
import { KEYS } from './keys.ts'

export function Help({ onClose }: { readonly onClose: () => void }): ReactNode {
  return (
    <div className="help" role="dialog" aria-label="Keys">
      <header>
        <h3>Keys</h3>
        <button type="button" onClick={onClose}>
          Close
        </button>
      </header>
      <p>They work while the focus is in the panel.</p>
      <dl>
        {KEYS.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
