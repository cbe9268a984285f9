/** A button of one symbol, with its meaning in words. When it goes while it has the focus, the list that it was in takes over. */
import { useLayoutEffect, useRef } from 'react'

const paths = {
  cancel: 'M4.5 4.5l7 7m0-7l-7 7',
  retry: 'M12.5 8a4.5 4.5 0 1 1-1.4-3.3M12.5 2.5v3h-3',
} as const

interface IconButtonProps {
  icon: keyof typeof paths
  label: string
  onClick: () => void
}

export function IconButton({ icon, label, onClick }: IconButtonProps) {
  const button = useRef<HTMLButtonElement>(null)
  useLayoutEffect(() => {
    const element = button.current
    // Called before the element is removed: afterwards the focus would be nowhere.
    return () => {
      if (element !== null && element === document.activeElement)
        element.closest<HTMLElement>('[role="region"]')?.focus({ preventScroll: true })
    }
  }, [])
  return (
    <button
      ref={button}
      type="button"
      className="icon-button"
      aria-label={label}
      title={label}
      onClick={(event) => {
        // The second click of a double click was meant for what the button was before.
        if (event.detail < 2) onClick()
      }}
    >
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <path
          d={paths[icon]}
          fill="none"
          stroke="currentColor"
          strokeWidth="1.6"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
    </button>
  )
}
