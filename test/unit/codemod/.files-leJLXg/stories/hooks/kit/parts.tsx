/** The small parts that the hook stories share. */
import { type ReactNode, useEffect, useRef } from 'react'

export function Status({ children }: { readonly children: string }) {
  return (
    <p>
      <span className="status" data-status={children}>
        {children}
      </span>
    </p>
  )
}

interface NumberFieldProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
}

export function NumberField({ label, value, onChange }: NumberFieldProps) {
  return (
    <label className="field">
      {label}
      <input inputMode="numeric" value={value} onChange={(event) => onChange(event.target.value)} />
    </label>
  )
}

/** The number that was typed; null while it is none. */
export function numberIn(text: string): number | null {
  const digits = text.replaceAll(/[\s,.]/g, '')
  return /^-?\d+$/.test(digits) ? Number(digits) : null
}

export function Factors({ of, list }: { readonly of: number; readonly list: readonly number[] }) {
  return (
    <p className="result">
      {of.toLocaleString('en')} = {list.map((factor) => factor.toLocaleString('en')).join(' × ')}
    </p>
  )
}

/** How often the component that holds it has been rendered and committed; counting does not render. */
export function Renders({ children }: { readonly children: ReactNode }) {
  const count = useRef(0)
  const output = useRef<HTMLElement>(null)
  useEffect(() => {
    count.current++
    if (output.current) output.current.textContent = String(count.current)
  })
  return (
    <p className="soft">
      {children} <b ref={output} data-renders />
    </p>
  )
}
