/** Turns the rows of the fault table into tests: one for each cell. */
import { crashOptions } from '../../setup/crash-policies.ts'
import { beforeAll, describe, expect, it } from 'vitest'
import { lacks } from '../fixtures/lacks.ts'
import { type Bench, endingOf, openBench } from './bench.ts'
import {
  type Cell,
  type CrashPolicy,
  faultIds,
  faults,
  type Group,
  phases,
  policies,
  promise,
} from './fault-table.ts'
import { prepareScenes, scenes } from './scenes.ts'

/** Longer than any of them takes; a call that never settles is told from a slow one. */
const timeout = 6_000

/** A queued call waits on the page, or was handed ahead to the busy worker: that comes after some short calls. */
const coldAndWarm = [0, 30]
const cold = [0]
/** A worker that does not start was never busy; two tests at once would use up each other's memory; and some pools make many workers. */
const onlyCold: readonly Group[] = ['start', 'memory', 'pool']

/** What does not depend on them is tested under each set of options, but for pools, where one is enough. */
function policiesOf(group: Group, { outcomes }: Cell): readonly CrashPolicy[] {
  const [first] = policies
  const isAlike = group === 'pool' && policies.every((policy) => outcomes[policy] === outcomes.restart)
  return isAlike && first ? [first] : policies
}

export async function testGroup(group: Group): Promise<void> {
  beforeAll(prepareScenes)
  for (const id of faultIds.filter((each) => faults[each].group === group)) {
    const { title, cells } = faults[id]
    const scene = scenes[id]
    describe.skipIf(scene.needs && (await lacks(scene.needs)))(`${title}`, () => {
      for (const phase of phases) {
        const benchesOf = phase === 'queued' && !onlyCold.includes(group) ? coldAndWarm : cold
        for (const crashPolicy of policiesOf(group, cells[phase])) {
          it(`${phase}, ${crashPolicy}: ${promise(cells[phase], crashPolicy)}`, { timeout }, async () => {
            const { outOfService, ...ending } = cells[phase].outcomes[crashPolicy]
            const benches = benchesOf.map((warmUps) => ({
              bench: openBench(
                { ...scene.config?.(phase), ...crashOptions(crashPolicy) },
                scene.make?.(phase),
              ),
              warmUps,
            }))
            const endings = benches.map(async ({ bench, warmUps }) => {
              for (let call = 0; call < warmUps; call++) await bench.task.echo(call)
              const { result } = await scene.play(bench, phase)
              return endingOf(result)
            })
            expect(await Promise.all(endings)).toEqual(endings.map(() => ending))
            await Promise.all(benches.map(({ bench }) => expectNext(bench, outOfService === true)))
            if (id === 'foreign') expect(benches.flatMap(({ bench }) => bench.errors)).toEqual([])
          })
        }
      }
    })
  }
}

/** The next call works, and every slot is free again, that of a call that was killed included. */
async function expectNext({ task }: Bench, isOut: boolean): Promise<void> {
  expect(task.control.getSnapshot().status === 'failed').toBe(isOut)
  if (isOut) {
    expect(await endingOf(task.echo('refused'))).toEqual({ gets: 'WorkerCrashedError crashed' })
    task.control.start()
  }
  expect(await task.echo('next')).toBe('next')
  await expect
    .poll(() => task.control.getSnapshot().queue)
    .toMatchObject({ inFlight: 0, pending: 0, blocked: 0 })
}
