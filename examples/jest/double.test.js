const { createElement } = require('react')
const { render, screen } = require('@testing-library/react')
const {
  AtelierProvider,
  createTaskRuntime,
  TaskAbortError,
  taskQuery,
  useTaskQuery,
} = require('atelier-react')
const {
  createFakeWorker,
  createTestRuntime,
  expectNoLiveWorkers,
  fakeTask,
  renderWithAtelier,
} = require('atelier-react/testing')
const { doubleTask } = require('./double')

function Doubled({ value }) {
  const { data } = useTaskQuery(taskQuery(doubleTask, 'double', value))
  return createElement('output', null, data ?? 'waits')
}

test('a component shows what a task gives', async () => {
  const runtime = createTaskRuntime()
  render(createElement(AtelierProvider, { runtime }, createElement(Doubled, { value: 21 })))
  await screen.findByText('42')
  runtime.dispose()
  expectNoLiveWorkers()
})

test('a fake worker stands in for a real one: data, errors, streams, progress, aborts', async () => {
  const runtime = createTestRuntime()
  const handlers = {
    size: (box) => ({ area: box.width * box.height, sides: [box.width, box.height] }),
    fail() {
      throw new RangeError('too far')
    },
    *count(to) {
      for (let n = 1; n <= to; n++) yield { n }
    },
    hang: () => new Promise(() => {}),
  }
  const task = runtime.defineTask({
    type: 'parallel',
    taskId: 'fake',
    worker: () => createFakeWorker({ handlers }),
  })
  const sizes = await Promise.all([task.size({ width: 2, height: 3 }), task.size({ width: 4, height: 5 })])
  expect(sizes).toEqual([
    { area: 6, sides: [2, 3] },
    { area: 20, sides: [4, 5] },
  ])
  await expect(task.fail()).rejects.toThrow(RangeError)
  const items = []
  for await (const item of task.count(2)) items.push(item)
  expect(items).toEqual([{ n: 1 }, { n: 2 }])
  const call = task.hang()
  call.abort()
  await expect(call).rejects.toThrow(TaskAbortError)
  await runtime.trace('workflow', () => task.size({ width: 1, height: 1 }))
  runtime.dispose()
  expectNoLiveWorkers()
})

test('a runtime that a test leaves behind does not keep Jest from its end', async () => {
  const fakes = [fakeTask(doubleTask, { handlers: { double: (value) => value * 3 } })]
  await renderWithAtelier(createElement(Doubled, { value: 5 }), { render, fakes })
  await screen.findByText('15')
})
