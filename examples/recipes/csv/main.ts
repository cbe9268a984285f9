import { createTaskRuntime } from 'atelier-react/core'
import { check, errorOf, recipe } from '../page.ts'
import type { CsvApi } from './csv.worker.ts'

const CITIES = ['Lisbon', 'Porto', 'Faro', 'Coimbra']
const ROWS = 10_000

/** 100 MB: one part of 10,000 rows, many times. The browser keeps it once. */
function makeCsv(megabytes: number) {
  const notes = 'what else there is to say about it, "quoted, and with a comma"'.replaceAll('"', '""')
  const lines = Array.from(
    { length: ROWS },
    (_, index) => `${index},${CITIES[index % 4]},${index % 10},"${notes}"\n`,
  )
  const part = new Blob([lines.join('')])
  const times = Math.ceil((megabytes * 1e6) / part.size)
  return { file: new Blob(['id,city,amount,notes\n', ...Array<Blob>(times).fill(part)]), times }
}

void recipe(async () => {
  const runtime = createTaskRuntime()
  const csv = runtime.defineTask<CsvApi>({
    taskName: 'csv',
    type: 'parallel',
    maxWorkers: 2,
    worker: () => new Worker(new URL('./csv.worker.ts', import.meta.url), { type: 'module' }),
  })
  const { file, times } = makeCsv(100)
  check(file.size > 100e6, '100 MB')

  const told: number[] = []
  const sums = await csv.with({ onProgress: (part) => told.push(Number(part)) }).sums(file, 'amount', 'city')
  for (const [at, city] of CITIES.entries()) {
    let expected = 0
    for (let index = at; index < ROWS; index += 4) expected += index % 10
    check(sums[city] === expected * times, `the sum of ${city}: ${sums[city]}`)
  }
  check(
    told.length > 3 && told.every((part, at) => part >= (told[at - 1] ?? 0)),
    'progress is told, and grows',
  )

  // Leaving the loop stops the parser: the rest of the file is not read.
  const before = performance.now()
  for await (const rows of csv.find(file, 'id', '4711')) {
    check(rows[0]?.['notes']?.includes('"quoted, and'), 'quotes are read')
    break
  }
  await csv.control.whenIdle()
  const found = performance.now() - before

  const started = Promise.withResolvers<void>()
  const sum = csv.with({ onStart: started.resolve }).sums(file, 'amount', 'city')
  await started.promise
  sum.abort()
  check((await errorOf(sum)).code === 'aborted', 'the sum can be given up')
  await runtime.close()
  return `${Math.round(file.size / 1e6)} MB; the first row in ${Math.round(found)} ms`
})
