import { createTaskRuntime } from 'atelier-react/core'
import { check, errorOf, recipe } from '../page.ts'
import type { LedgerApi } from './ledger.worker.ts'
import { move } from './move.ts'

const PATH = 'ledger.sqlite'

void recipe(async () => {
  await (await navigator.storage.getDirectory()).removeEntry(PATH).catch(() => {})
  const runtime = createTaskRuntime()
  const ledger = runtime.defineTask<LedgerApi>({
    taskName: 'ledger',
    type: 'singleton',
    worker: () => new Worker(new URL('./ledger.worker.ts', import.meta.url), { type: 'module' }),
    setupData: { path: PATH },
  })

  const done: number[] = []
  const is = async (anna: number, when: string) => {
    const amounts = await ledger.amounts()
    check(amounts['anna'] === anna && amounts['ben'] === 200 - anna, `${when}: ${JSON.stringify(amounts)}`)
  }
  await move(ledger, 'anna', 'ben', 10).then(() => done.push(10))
  await is(90, 'after the first')

  // The worker dies in the middle: the money is taken, and not given.
  const ends = {
    crash: () => ledger.control.simulateCrash(0),
    restart: () => ledger.control.restartWorker(0),
  }
  for (const [name, end] of Object.entries(ends)) {
    const error = await errorOf(move(ledger, 'anna', 'ben', 25, end).then(() => done.push(25)))
    check(error.code === 'session-lost', `${name}: what is half done is not done: ${error.name}`)
    await is(90, `after a ${name}`)
  }

  // Something else goes wrong in the middle.
  const error = await errorOf(
    move(ledger, 'anna', 'ben', 25, () => Promise.reject(new RangeError('no'))).then(() => done.push(25)),
  )
  check(error.name === 'RangeError', `the error is told: ${error.name}`)
  await is(90, 'after an error')

  await move(ledger, 'ben', 'anna', 5).then(() => done.push(5))
  await runtime.close()
  const later = createTaskRuntime()
  const again = later.defineTask<LedgerApi>({
    taskName: 'ledger',
    type: 'singleton',
    worker: () => new Worker(new URL('./ledger.worker.ts', import.meta.url), { type: 'module' }),
    setupData: { path: PATH },
  })
  check((await again.amounts())['anna'] === 95, 'the next page reads what was committed')
  await later.close()
  check(done.join() === '10,5', `reported as done: ${done.join()}`)
  return `${done.length} done, 3 lost`
})
