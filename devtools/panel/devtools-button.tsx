/** The button in the corner of the page. It shows how the page is doing, from at most four snapshots a second. */
import { type ReactNode, useEffect, useState } from 'react'
import type { TaskRuntime } from '../../src/index.ts'
import { counted } from '../model/format.ts'
import { findRegistry } from '../recorder/runtimes.ts'
import type { AtelierDevtoolsProps } from './devtools-props.ts'

interface DevtoolsButtonProps {
  readonly corner: NonNullable<AtelierDevtoolsProps['buttonPosition']>
  readonly runtimes: readonly TaskRuntime[]
  readonly onOpen: () => void
}

const INTERVAL_MS = 250

interface Condition {
  readonly name: 'idle' | 'busy' | 'saturated' | 'failed'
  readonly glyph: string
  readonly text: string
}

const IDLE: Condition = { name: 'idle', glyph: '●', text: 'idle' }

export function DevtoolsButton({ corner, runtimes, onOpen }: DevtoolsButtonProps): ReactNode {
  const [{ name, glyph, text }, setCondition] = useState(IDLE)
  useEffect(() => watch(runtimes, setCondition), [runtimes])
  return (
    <button
      type="button"
      className={`open-button ${corner}`}
      aria-label={`Open Atelier devtools: ${text}`}
      title={`Atelier: ${text}`}
      onClick={onOpen}
    >
      <span aria-hidden="true">◆</span>
      <span className={`badge badge-${name}`} aria-hidden="true">
        {glyph}
      </span>
    </button>
  )
}

/** Subscribes once to the snapshots of each runtime. */
function watch(given: readonly TaskRuntime[], tell: (condition: Condition) => void): () => void {
  const registry = findRegistry()
  const watched = new Map<TaskRuntime, () => void>()
  const look = () => tell(conditionOf([...watched.keys()]))
  const add = (runtime: TaskRuntime) => {
    if (!watched.has(runtime))
      watched.set(runtime, runtime.subscribeRuntimeSnapshot(look, { intervalMs: INTERVAL_MS }))
  }
  for (const runtime of given) add(runtime)
  for (const ref of registry.runtimes) {
    const runtime = ref.deref()
    if (runtime) add(runtime)
  }
  registry.listeners.add(add)
  look()
  return () => {
    registry.listeners.delete(add)
    for (const stop of watched.values()) stop()
  }
}

function conditionOf(runtimes: readonly TaskRuntime[]): Condition {
  const tasks = runtimes.flatMap((runtime) => runtime.getRuntimeSnapshot().tasks)
  const failed = tasks.filter(({ status }) => status === 'failed').length
  if (failed > 0) return { name: 'failed', glyph: '✕', text: `${counted(failed, 'task')} failed` }
  const full = tasks.filter(({ queue }) => queue.blocked > 0).length
  if (full > 0) return { name: 'saturated', glyph: '▲', text: `${counted(full, 'task')} saturated` }
  const running = tasks.reduce((sum, { queue }) => sum + queue.inFlight, 0)
  return running > 0 ? { name: 'busy', glyph: '◐', text: `${counted(running, 'call')} running` } : IDLE
}
