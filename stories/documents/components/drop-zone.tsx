/** Takes a person's own text files, by drop or by the file picker, and four difficult ones on request. */
import type { DragEvent } from 'react'
import { useId, useRef, useState } from 'react'
import { difficultFiles } from '../corpus/difficult-files.ts'
import { ownFiles } from '../corpus/own-files.ts'
import { useDemo } from '../demo-context.ts'

export function DropZone() {
  const { session } = useDemo()
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const id = useId()
  const add = (files: Iterable<File> | null) => {
    if (files) session.add(ownFiles(files))
  }
  const onDrop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    add(event.dataTransfer.files)
  }
  return (
    // The label and the buttons inside do the same by keyboard: dropping is an extra for those who use a pointer.
    <div
      className="card drop-zone"
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <p>
        <strong>Drop your own text files here.</strong>{' '}
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
            add(event.target.files)
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
