/** A line of a list of facts: its name, its value; nothing where the value is not known. */
import type { ReactNode } from 'react'

interface FactProps {
  readonly name: string
  readonly value: string | number | undefined
  /** The value is what it is without anybody's doing. */
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
