/** A page for one program: a runtime, a container, and their end. */
import { createTaskRuntime, type RuntimeConfig, type TaskRuntime } from 'atelier-react'
import { expectNoLiveWorkers } from 'atelier-react/testing'
import type { ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach } from 'vitest'

const ends: (() => void)[] = []

afterEach(() => {
  for (const end of ends.splice(0).toReversed()) end()
  expectNoLiveWorkers()
})

export function makeRuntime(config: RuntimeConfig = {}): TaskRuntime {
  const runtime = createTaskRuntime({ otel: false, performance: false, ...config })
  ends.push(() => runtime.dispose())
  return runtime
}

/** Shows the program; what it shows is asked of `text`. */
export function show(program: ReactNode) {
  const container = document.body.appendChild(document.createElement('div'))
  const root = createRoot(container)
  root.render(program)
  const close = () => root.unmount()
  ends.push(() => {
    close()
    container.remove()
  })
  const button = (name: string) => {
    const found = [...container.querySelectorAll('button')].find((each) => each.textContent === name)
    if (!found) throw new Error(`no button "${name}" in ${container.innerHTML}`)
    return found
  }
  const type = (value: string) => {
    const input = container.querySelector('input') as HTMLInputElement
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, value)
    input.dispatchEvent(new Event('input', { bubbles: true }))
  }
  return { text: () => container.textContent, click: (name: string) => button(name).click(), type, close }
}
