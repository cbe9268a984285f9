import { createTaskRuntime } from 'atelier-react/core'
import { database } from './database.ts'

const runtime = createTaskRuntime()
const task = runtime.defineTask(database)
const output = (id: string) => document.getElementById(id) as HTMLOutputElement
const tab = new URLSearchParams(location.search).get('tab') ?? crypto.randomUUID()

runtime.subscribeRuntimeSnapshot(() => {
  output('role').textContent = task.control.getSnapshot().shared?.role ?? 'electing'
})

/** 100 rows in a call. Writing them again changes nothing, so a call may run twice. */
async function write() {
  for (let row = 0; row < 5_000; row += 100) {
    await task.with({ retry: { crash: 3 } }).write(tab, row, 100)
    output('written').textContent = String(row + 100)
  }
}

document.querySelector('button')?.addEventListener('click', () => void write())
await task.query('select 1')
document.body.append('ready')
Object.assign(globalThis, {
  rows: () =>
    task.query('select tab, count(*) as rows, count(distinct row) as different from rows group by tab'),
})
