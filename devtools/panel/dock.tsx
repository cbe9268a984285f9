/** The button in the corner, and the resizable dock that it opens at the bottom or on the right of the page. */
import { type KeyboardEvent, type PointerEvent, type ReactNode, useSyncExternalStore } from 'react'
import type { TaskRuntime } from '../../src/index.ts'
import type { AtelierDevtoolsProps } from './devtools-props.ts'
import { DevtoolsButton } from './devtools-button.tsx'
import { Panel } from './panel.tsx'
import type { PanelStore } from './panel-store.ts'

interface DockProps {
  readonly store: PanelStore
  readonly corner: NonNullable<AtelierDevtoolsProps['buttonPosition']>
  readonly runtimes: readonly TaskRuntime[]
}

const LEAST = 160
const STEP = 24

export function Dock({ store, corner, runtimes }: DockProps): ReactNode {
  const { isOpen, dock, size } = useSyncExternalStore(store.subscribe, store.getChoices)
  if (!isOpen) return <DevtoolsButton corner={corner} runtimes={runtimes} onOpen={store.toggle} />
  if (dock === 'window')
    return (
      <button
        type="button"
        className={`open-button ${corner}`}
        aria-label="Bring Atelier devtools back from its window"
        title="Bring Atelier devtools back from its window"
        onClick={() => store.moveTo('bottom')}
      >
        <span aria-hidden="true">⬓</span>
      </button>
    )
  return (
    <div className={`dock dock-${dock}`} style={dock === 'bottom' ? { height: size } : { width: size }}>
      <Splitter store={store} />
      <Panel store={store} isDocked />
    </div>
  )
}

/** The edge between the page and the dock. Drag it to resize, or use the arrow keys, Home and End. */
function Splitter({ store }: { readonly store: PanelStore }): ReactNode {
  const { dock, size } = useSyncExternalStore(store.subscribe, store.getChoices)
  const isBottom = dock === 'bottom'
  const most = Math.max(LEAST, (isBottom ? window.innerHeight : window.innerWidth) - 40)
  const resize = (wanted: number) => store.set({ size: Math.round(Math.max(LEAST, Math.min(most, wanted))) })
  const onKeyDown = (event: KeyboardEvent) => {
    const larger = isBottom ? 'ArrowUp' : 'ArrowLeft'
    const smaller = isBottom ? 'ArrowDown' : 'ArrowRight'
    const wanted = { [larger]: size + STEP, [smaller]: size - STEP, Home: LEAST, End: most }[event.key]
    if (wanted === undefined) return
    event.preventDefault()
    event.stopPropagation()
    resize(wanted)
  }
  const onPointerMove = (event: PointerEvent) => {
    if (event.currentTarget.hasPointerCapture(event.pointerId))
      resize(isBottom ? window.innerHeight - event.clientY : window.innerWidth - event.clientX)
  }
  return (
    <div
      className="splitter"
      role="separator"
      tabIndex={0}
      aria-label="Size of the panel"
      aria-orientation={isBottom ? 'horizontal' : 'vertical'}
      aria-valuenow={size}
      aria-valuemin={LEAST}
      aria-valuemax={most}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onPointerMove}
    />
  )
}
