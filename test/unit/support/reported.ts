/** What user callbacks threw, and the library reported as uncaught. */
import { vi } from 'vitest'

/** Catches reports until the mocks are restored; other microtasks run as ever. */
export function catchReports(): unknown[] {
  const reported: unknown[] = []
  const queue = globalThis.queueMicrotask
  vi.spyOn(globalThis, 'queueMicrotask').mockImplementation((fn) => {
    queue(() => {
      try {
        fn()
      } catch (error) {
        reported.push(error)
      }
    })
  })
  return reported
}
