/** Takes a person's own text files, by drop or by the file picker, and four difficult ones on request. */
import { useId, useRef } from 'react'
import { difficultFiles } from '../corpus/difficult-files.ts'
import { ownFiles } from '../corpus/own-files.ts'
import { useDemo } from '../demo-context.ts'
import { useFileDrop } from './use-file-drop.ts'

export function DropZone({ onAdded }: { onAdded: () => void }) {
  const { session } = useDemo()
  const input = useRef<HTMLInputElement>(null)
  const id = useId()
  const add = (files: Iterable<File>) => {
    const sources = ownFiles(files)
    session.add(sources)
    if (sources.length > 0) onAdded()
  }
  const over = useFileDrop(add)
  return (
    <div className="card drop-zone" data-over={over || undefined}>
      <p>
        <strong>Drop your own text files anywhere.</strong>{' '}
        <span className="soft">UTF-8 or UTF-16, up to 20 MB each. They stay on this machine.</span>
      </p>
      <div className="actions">
        <label className="visually-hidden" htmlFor={id}>
          Text files to index
        </label>
        <input
          ref={input}
          id={id}
          className="visually-hidden"
          type="file"
          multiple
          tabIndex={-1}
          onChange={(event) => {
            add(event.target.files ?? [])
            // The same file chosen again must count as a change.
            event.target.value = ''
          }}
        />
        <button type="button" className="button" onClick={() => input.current?.click()}>
          Choose files
        </button>
        <button type="button" className="button quiet" onClick={() => void difficultFiles().then(add)}>
          Try four bad files
        </button>
      </div>
    </div>
  )
}
