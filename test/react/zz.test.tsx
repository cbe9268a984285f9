import { act, renderHook, waitFor } from '@testing-library/react'
import { createTaskRuntime, taskOptions, useTaskStream } from 'atelier-react'
import { createFakeWorker } from 'atelier-react/testing'
import { taskContext } from 'atelier-react/worker'
import { it } from 'vitest'
import { inRuntime } from './support.tsx'
it('x', async () => {
  const seen: string[] = []
  let go!: () => void
  const gate = new Promise<void>((r) => { go = r })
  async function* upTo(to: number) {
    for (let i = 1; i <= to; i++) { if (i > 1) await gate; yield i }
  }
  const handlers = { count(to: number) {
    const { signal } = taskContext()
    signal.addEventListener('abort', () => seen.push(`${to} aborted`))
    return upTo(to)
  } }
    const runtime = createTaskRuntime({ otel: false, performance: false })
    let n = 0
    const task = taskOptions<typeof handlers>({ type: 'parallel', poolSize: 2, worker: () => {
      const w = createFakeWorker({ handlers })
      const id = n++
      w.addEventListener('message', (e) => console.log('<', id, JSON.stringify(e.data)))
      const post = w.postMessage.bind(w)
      w.postMessage = (m: unknown) => { console.log('>', id, JSON.stringify(m)); post(m) }
      return w } })
   const { result } = renderHook(() => useTaskStream(task, 'count'), { wrapper: inRuntime(runtime) })
   act(() => result.current.run(3))
   await waitFor(() => { if (result.current.items.length !== 1) throw new Error('no') })
   console.log('--- second')
   act(() => result.current.run(2))
   go()
   await waitFor(() => { if (result.current.status !== 'success') throw new Error('no') })
   console.log(seen)
    runtime.dispose()
})
