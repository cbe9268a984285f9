/** A line in a list of facts, with a name and a value. Renders nothing if the value is unknown. */
import type { ReactNode } from 'react'

interface FactProps {
  readonly name: string
  readonly value: string | number | undefined
  /** The value is a default. */
  readonly isDefault?: boolean
}

export function Fact({ name, value, isDefault = false }: FactProps): ReactNode {
  if (value === undefined) return null
  return (
    <div className={isDefault ? 'default' : undefined}>
      <dt>{name}</dt>
      <dd>
        {value}
        {isDefault ? ' (default)' : ''}
      </dd>
    </div>
  )
}
