/** Turns the rows of the fault table into tests: one for each cell. */
import { beforeAll, describe, expect, it } from 'vitest'
import { type Bench, endingOf, openBench } from './bench.ts'
import {
  type CrashPolicy,
  type FaultId,
  faultIds,
  faults,
  type Group,
  type Phase,
  phases,
  policies,
  promise,
} from './fault-table.ts'
import { prepareScenes, scenes } from './scenes.ts'

/** Longer than any of them takes; a call that never settles is told from a slow one. */
const timeout = 6_000

export function testGroup(group: Group): void {
  beforeAll(prepareScenes)
  for (const id of faultIds.filter((each) => faults[each].group === group)) {
    const { title, cells } = faults[id]
    describe(title, () => {
      for (const phase of phases) {
        for (const policy of policies) {
          it(`${phase}, ${policy}: ${promise(cells[phase], policy)}`, { timeout }, () =>
            test(id, phase, policy),
          )
        }
      }
    })
  }
}

async function test(id: FaultId, phase: Phase, policy: CrashPolicy): Promise<void> {
  // A queued call waits on the page, or was handed ahead to the busy worker: that is seen after some short calls.
  const isWarmed = phase === 'queued' && faults[id].group !== 'start'
  await Promise.all([play(id, phase, policy, 0), ...(isWarmed ? [play(id, phase, policy, 30)] : [])])
}

async function play(id: FaultId, phase: Phase, policy: CrashPolicy, warmUps: number): Promise<void> {
  const scene = scenes[id]
  const bench = openBench({ ...scene.config?.(phase), crashPolicy: policy }, scene.make?.(phase))
  for (let call = 0; call < warmUps; call++) await bench.task.echo(call)
  const { outOfService, ...ending } = faults[id].cells[phase].outcomes[policy]
  const { result } = await scene.play(bench, phase)
  expect(await endingOf(result)).toEqual(ending)
  await expectNext(bench, outOfService === true)
}

async function expectNext({ task }: Bench, isOut: boolean): Promise<void> {
  expect(task.getState().status === 'failed').toBe(isOut)
  if (isOut) {
    expect(await endingOf(task.echo('refused'))).toEqual({ gets: 'WorkerCrashedError crashed' })
    task.startWorkers()
  }
  expect(await task.echo('next')).toBe('next')
  // Every slot is free again, that of a call that was killed included.
  await expect.poll(() => task.getState().queue).toMatchObject({ inFlight: 0, pending: 0, blocked: 0 })
}
