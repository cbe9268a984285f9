/** The page of the benchmarks: asks the driver for its order, carries it out, and sends the result. */
import { contestants } from './contestants/index.ts'
import { runWorkload } from './runner.ts'
import type { RunOptions } from './workload.ts'
import { workloads } from './workloads/index.ts'

interface Order {
  readonly workload: string
  readonly options: RunOptions
}

const page = new URLSearchParams(location.search).get('page') ?? ''

async function ask<Answer>(question: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`mail/${page}/${question}`, {
    method: 'POST',
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`the driver did not answer "${question}"`)
  return (await response.json()) as Answer
}

async function carryOut({ workload: id, options }: Order): Promise<unknown> {
  if (!crossOriginIsolated) throw new Error('the page is not cross-origin isolated')
  if (id === '') {
    const extras = workloads.filter(({ isExtra }) => isExtra)
    return { all: workloads.map((each) => each.id), extras: extras.map((each) => each.id) }
  }
  const workload = workloads.find((each) => each.id === id)
  if (!workload) throw new Error(`no workload "${id}"`)
  return runWorkload(workload, contestants, options, {
    progress: (line) => ask('progress', line),
    phase: (name) => ask('phase', name),
  })
}

addEventListener('error', ({ message }) => void ask('progress', `error on the page: ${message}`))
addEventListener('unhandledrejection', ({ reason }) => {
  void ask('progress', `unhandled on the page: ${String(reason)}`)
})

try {
  await ask('result', await carryOut(await ask<Order>('order')))
} catch (error) {
  await ask('error', String(error))
}
