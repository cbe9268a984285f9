/** Files dropped anywhere on the page: beside a small zone, the browser would leave the page and show the file. */
import { useEffect, useEffectEvent, useState } from 'react'

/** True while files are dragged over the page. */
export function useFileDrop(onFiles: (files: readonly File[]) => void): boolean {
  const [over, setOver] = useState(false)
  const take = useEffectEvent(onFiles)

  useEffect(() => {
    const controller = new AbortController()
    const listen = (type: 'dragover' | 'dragleave' | 'drop', listener: (event: DragEvent) => void) => {
      window.addEventListener(type, listener, { signal: controller.signal })
    }
    listen('dragover', (event) => {
      event.preventDefault()
      setOver(true)
    })
    listen('dragleave', (event) => {
      // Without a related target the pointer has left the page, not only an element on it.
      if (event.relatedTarget === null) setOver(false)
    })
    listen('drop', (event) => {
      event.preventDefault()
      setOver(false)
      const files = [...(event.dataTransfer?.files ?? [])]
      if (files.length > 0) take(files)
    })
    return () => controller.abort()
  }, [])

  return over
}
