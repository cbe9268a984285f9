/** The components that put the panel on the page. The panel is a chunk that loads then, with a React root in a shadow root. */
import { type ReactNode, useEffect, useRef } from 'react'
import type { AtelierDevtoolsPanelProps, AtelierDevtoolsProps } from './devtools-props.ts'
import type * as mounting from './mount.tsx'

/** What `import('./mount.tsx')` gives, and what ends it. */
type Mount = (mount: typeof mounting) => () => void

/** Loads the panel, and takes it away again; the component may be gone before it has come. */
function load(mount: Mount): () => void {
  let isGone = false
  let unmount: (() => void) | undefined
  void import('./mount.tsx').then((loaded) => {
    if (!isGone) unmount = mount(loaded)
  })
  return () => {
    isGone = true
    unmount?.()
  }
}

/** A button in a corner of the page that opens the panel over every runtime of the page. Put it anywhere, once. */
export function MountedDevtools(props: AtelierDevtoolsProps): ReactNode {
  const first = useRef(props)
  useEffect(() => load(({ mountDock }) => mountDock(first.current)), [])
  return null
}

/** The panel as a part of your page: on an admin page, in a story. It fills its parent. */
export function MountedPanel(props: AtelierDevtoolsPanelProps): ReactNode {
  const first = useRef(props)
  const place = useRef<HTMLDivElement>(null)
  useEffect(
    () => load(({ mountPanel }) => (place.current ? mountPanel(place.current, first.current) : () => {})),
    [],
  )
  return <div ref={place} data-atelier-devtools="" style={{ height: '100%' }} />
}
