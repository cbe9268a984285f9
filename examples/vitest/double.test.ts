import { taskOptions, taskQuery, useTaskQuery } from 'atelier-react'
import { createFakeWorker, expectNoLiveWorkers, renderWithAtelier } from 'atelier-react/testing'
import { render, screen } from '@testing-library/react'
import { createElement } from 'react'
import { expect, test } from 'vitest'

const handlers = { double: (value: number) => value * 2 }
const doubleTask = taskOptions<typeof handlers>({
  type: 'parallel',
  taskId: 'double',
  worker: () => createFakeWorker({ handlers }),
})

function Doubled() {
  const { data } = useTaskQuery(taskQuery(doubleTask, 'double', 21))
  return createElement('output', null, data ?? 'waits')
}

test('a component shows what a task gives', async () => {
  const { runtime } = await renderWithAtelier(createElement(Doubled), { render })
  expect((await screen.findByText('42')).tagName).toBe('OUTPUT')
  runtime.dispose()
  expectNoLiveWorkers()
})
