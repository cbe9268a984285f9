/** A button that keeps the focus when it has nothing to do: one that is disabled would lose it to the page. */
import type { ReactNode } from 'react'

interface ButtonProps {
  readonly isOff?: boolean | undefined
  readonly tone?: 'primary' | 'quiet' | undefined
  readonly onClick: () => void
  readonly children: ReactNode
}

export function Button({ isOff = false, tone, onClick, children }: ButtonProps) {
  return (
    <button
      type="button"
      className={tone ? `button ${tone}` : 'button'}
      aria-disabled={isOff || undefined}
      onClick={(event) => {
        // The second click of a double click was meant for what the button was before.
        if (!isOff && event.detail < 2) onClick()
      }}
    >
      {children}
    </button>
  )
}
