/**
 * Components that put the panel on the page. The panel is a chunk that loads then, with a React root in a shadow root. The
 * loader is a parameter: esbuild keeps the dynamic imports of a file, even if it drops the rest of the file.
 */
import { type ReactNode, useEffect, useRef } from 'react'
import type { AtelierDevtoolsPanelProps, AtelierDevtoolsProps } from './devtools-props.ts'
import type * as mounting from './mount.tsx'

/** Loads the panel. */
export type Load = () => Promise<typeof mounting>

/** Calls a function of `./mount.tsx`, and returns a function that unmounts the panel. */
type Mount = (mount: typeof mounting) => () => void

/** Loads the panel, and removes it again. The component may unmount before the panel has loaded. */
function mountBy(load: Load, mount: Mount): () => void {
  let isGone = false
  let unmount: (() => void) | undefined
  void load().then((loaded) => {
    if (!isGone) unmount = mount(loaded)
  })
  return () => {
    isGone = true
    unmount?.()
  }
}

/** The component of the button and the dock. */
export function dockLoadedBy(load: Load): (props: AtelierDevtoolsProps) => ReactNode {
  return function AtelierDevtools(props) {
    const first = useRef(props)
    useEffect(() => mountBy(load, ({ mountDock }) => mountDock(first.current)), [])
    return null
  }
}

/** The component of the panel inside a page. */
export function panelLoadedBy(load: Load): (props: AtelierDevtoolsPanelProps) => ReactNode {
  return function AtelierDevtoolsPanel(props) {
    const first = useRef(props)
    const place = useRef<HTMLDivElement>(null)
    useEffect(
      () =>
        mountBy(load, ({ mountPanel }) =>
          place.current ? mountPanel(place.current, first.current) : () => {},
        ),
      [],
    )
    return <div ref={place} data-atelier-devtools="" style={{ height: '100%' }} />
  }
}
