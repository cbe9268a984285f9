/** Laws: a call that throws runs again as often as was said; the steps of a call are told in their order. */
import type { CallEvent } from 'atelier-react/core'
import { TRIES } from '../../worker/methods.ts'
import type { Entry } from '../ledger.ts'
import type { World } from '../world.ts'

export function judgeRetries(world: World): void {
  for (const entry of world.ledger.entries) {
    const book = world.books.get(entry.task)
    if (entry.method !== 'flaky' || !book || book.isChaotic || isShared(world, entry)) continue
    const { error: most = 0, asks = false } = book.spec.retry ?? {}
    const tries = world.ledger.note(entry, TRIES)
    const failures = Number(entry.args[0])
    const name = world.ledger.nameOf(entry)
    if (tries > most + 1)
      world.ledger.fail('retries', `${name} was tried ${tries} times, ${most + 1} at most`)
    if (entry.outcome === 'success' && tries !== failures + 1)
      world.ledger.fail('retries', `${name} throws ${failures} times and was tried ${tries} times`)
    if (entry.code === 'thrown' && !asks && tries !== most + 1)
      world.ledger.fail('retries', `${name} has failed after ${tries} of ${most + 1} tries`)
  }
}

const isShared = (world: World, { task, spec }: Entry): boolean =>
  (spec.keyMode ?? world.books.get(task)?.spec.keyMode) === 'dedupe' && spec.key !== undefined

const RANKS = ['created', 'admitted', 'sent', 'started', 'progressed', 'requeued', 'settled'] as const

export function judgeSteps(world: World): void {
  const { ledger } = world
  if (!world.program.world.steps) return
  const byCall = new Map<string, CallEvent[]>()
  for (const step of world.steps) {
    const steps = byCall.get(step.callId)
    if (steps) steps.push(step)
    else byCall.set(step.callId, [step])
  }
  for (const entry of ledger.entries) {
    if (entry.callId === '' || entry.isPosthumous || world.program.world.broken) continue
    const steps = byCall.get(entry.callId) ?? []
    const told = () => `${ledger.nameOf(entry)}: ${steps.map(({ phase }) => phase).join(' ')}`
    const settled = steps.filter(({ phase }) => phase === 'settled')
    if (settled.length !== 1 || steps.at(-1)?.phase !== 'settled' || steps[0]?.phase !== 'created')
      ledger.fail('steps', told())
    if (steps.filter(({ phase }) => phase === 'created').length !== 1) ledger.fail('steps', told())
    if (steps.some(({ phase }) => !RANKS.includes(phase))) ledger.fail('steps', told())
    const outcome = settled[0]?.outcome
    if (entry.outcome !== 'unknown' && entry.outcome !== undefined && outcome !== entry.outcome)
      ledger.fail('steps', `${told()}: ${entry.outcome}, the last step says ${outcome}`)
    for (const [index, { time }] of steps.entries())
      if (time < (steps[index - 1]?.time ?? 0) - 0.5)
        ledger.fail('step-times', `${told()}: ${steps.map((step) => step.time.toFixed(1)).join(' ')}`)
  }
}
