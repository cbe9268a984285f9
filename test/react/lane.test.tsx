/** Each lane is what its project says: this React and no other, the hooks and the test components compiled or not. */
import { render, screen } from '@testing-library/react'
import { useTaskCall } from 'atelier-react'
import { reactModes } from 'atelier-react/testing'
import * as React from 'react'
import * as ReactDom from 'react-dom'
import { expect, it } from 'vitest'
import { Activity, describeHook, inRuntime, useWorld } from './support.tsx'

const version = Number(process.env['LANE_REACT'])
const isCompiled = process.env['LANE_COMPILED'] === '1'
const isDist = process.env['ATELIER_DIST'] === '1'

it('runs on one React, the one that it names', () => {
  expect([React.version, ReactDom.version].map((text) => Number.parseInt(text, 10))).toEqual([
    version,
    version,
  ])
  expect(Activity !== undefined).toBe(version === 19)
})

it('compiles the hooks, as the build does, when it says so', () => {
  expect(reactModes(useTaskCall)[0]?.compiled).toBe(isCompiled || isDist)
})

describeHook('a suite', (mode) => {
  const world = useWorld()

  it('has test components that are compiled when the lane says so', () => {
    expect(mode.compiled).toBe(isCompiled)
  })

  it('renders twice in StrictMode only', () => {
    let renders = 0
    function Counted() {
      const { status } = useTaskCall(task, 'echo')
      count()
      return <output>{status}</output>
    }
    const count = () => renders++
    const task = world.task({ echo: (text: string) => text })
    render(<Counted />, { wrapper: inRuntime(world.runtime()) })
    expect(screen.getByRole('status').textContent).toBe('idle')
    expect(renders).toBe(mode.strict ? 2 : 1)
  })
})
