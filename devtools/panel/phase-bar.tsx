/** The time of a call as a bar: blocked, pending, running and returning, each with its texture. */
import type { ReactNode } from 'react'
import { phasesOf } from '../model/call-times.ts'
import { formatMs } from '../model/format.ts'
import type { CallRow } from '../model/types.ts'

interface PhaseBarProps {
  readonly call: CallRow
  readonly now: number
  /** The time that fills the bar, in ms. */
  readonly scale: number
}

export function PhaseBar({ call, now, scale }: PhaseBarProps): ReactNode {
  const phases = phasesOf(call, now)
  const words = phases.map(({ phase, start, end }) => `${phase} ${formatMs(end - start)}`).join(', ')
  return (
    <span className="bar" role="img" aria-label={words || 'no time'} title={words}>
      {phases.map(({ phase, start, end }) => (
        <span
          key={phase}
          className={`phase phase-${phase}${styleOf(call)}`}
          style={{
            left: `${(100 * (start - call.createdTime)) / scale}%`,
            width: `max(1px, ${(100 * (end - start)) / scale}%)`,
          }}
        />
      ))}
    </span>
  )
}

/** The running part shows how the call ended. */
export function styleOf({ status }: Pick<CallRow, 'status'>): string {
  return status === 'failed' ? ' phase-failed' : status === 'canceled' ? ' phase-canceled' : ''
}
