/** Micro frontends: a second copy of React, with its own copy of the hooks, on the same runtime. */
import { createRequire } from 'node:module'
import * as ours from 'atelier-react'
import type * as ReactType from 'react'
import * as ourReact from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { gate, macrotasks, useWorld } from './support.tsx'

const require = createRequire(import.meta.url)
const COPIES = /\/node_modules\/((react|react-dom)(-18)?|scheduler|use-sync-external-store)\//

/** React once more, as another bundle would have it. */
async function anotherCopy() {
  for (const file of Object.keys(require.cache)) if (COPIES.test(file)) delete require.cache[file]
  const React = require('react') as typeof ReactType
  const dom = require('react-dom/client') as { createRoot: typeof createRoot }
  const store = require('use-sync-external-store/with-selector') as object
  vi.resetModules()
  vi.doMock('react', () => ({ __COMPILER_RUNTIME: undefined, ...React, default: React }))
  // Where the hooks are compiled, for React 19.
  if (React.version.startsWith('19')) {
    const runtime = require('react/compiler-runtime') as object
    vi.doMock('react/compiler-runtime', () => runtime)
  }
  vi.doMock('use-sync-external-store/with-selector', () => store)
  const hooks = await import('../../hooks/index.ts')
  return { React, createRoot: dom.createRoot, hooks }
}

afterEach(() => {
  vi.doUnmock('react')
  vi.doUnmock('react/compiler-runtime')
  vi.doUnmock('use-sync-external-store/with-selector')
})

describe('two copies of React', () => {
  const world = useWorld()
  // Each copy has an `act` of its own, which knows nothing of the other: here they go at their own pace.
  beforeEach(() => vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', false))
  afterEach(() => vi.unstubAllGlobals())

  it('work on one runtime, each with its own hooks', async () => {
    const theirs = await anotherCopy()
    expect(theirs.React.useState).not.toBe(ourReact.useState)
    expect(theirs.hooks.useTaskCall).not.toBe(ours.useTaskCall)

    const runtime = world.runtime()
    const never = gate()
    const task = world.task({
      echo: (text: string) => (text === 'ours' || text === 'theirs' ? text : never.passed.then(() => text)),
    })

    function mount(React: typeof ReactType, makeRoot: typeof createRoot, hooks: typeof ours, name: string) {
      function Part() {
        const { run, abort, status, data } = hooks.useTaskCall(task, 'echo')
        const done = hooks.useRuntimeSnapshot((s) => s.tasks[0]?.counts.succeeded)
        const onClick = () => (status === 'idle' ? run(name) : status === 'success' ? run('wait') : abort())
        return React.createElement('button', { type: 'button', onClick }, `${status} ${data} ${done}`)
      }
      const container = document.body.appendChild(document.createElement('div'))
      const root = makeRoot(container)
      root.render(React.createElement(hooks.AtelierProvider, { runtime }, React.createElement(Part)))
      const shows = (text: string) => vi.waitFor(() => expect(container.textContent).toBe(text))
      const click = () => container.querySelector('button')?.click()
      return { root, container, shows, click }
    }
    const one = mount(ourReact, createRoot, ours, 'ours')
    const two = mount(theirs.React, theirs.createRoot, theirs.hooks, 'theirs')

    // What is not there yet cannot be clicked.
    await one.shows('idle undefined 0')
    await two.shows('idle undefined 0')
    one.click()
    await one.shows('success ours 1')
    await two.shows('idle undefined 1')
    two.click()
    await two.shows('success theirs 2')
    await one.shows('success ours 2')
    // An abort is one, though the error's class is that of the other copy.
    two.click()
    await two.shows('running theirs 2')
    two.click()
    await two.shows('canceled theirs 2')
    for (const { root, container } of [one, two]) {
      root.unmount()
      container.remove()
    }
    never.open()
    await macrotasks()
  })
})
