/** The package may be loaded twice in a page: what a module keeps for all must be one, or harmless twice. */
import { expect, it } from 'vitest'
import { filesBelow, read } from '../../scripts/lib/source-files.mjs'

/** What may be there twice, and why. */
const harmless: Record<string, string> = {
  'src/lib/clock.ts mail': 'each copy waits for its own',
  'src/lib/disposable.ts names': 'never changes',
  'src/lib/foreign-signals.ts followers': 'a cache: a signal may have two followers',
  'src/telemetry/otel/otel-spans.ts SUPPRESSED': 'given and taken within one runtime',
  'src/telemetry/otel/otel-spans.ts SUPPRESS_KEY': 'the API registers keys by their names',
  'src/telemetry/otel/otel-spans.ts TRACE_KEY': 'the API registers keys by their names',
  'src/telemetry/record/outcome-words.ts OWN_REASONS': 'never changes',
  'src/worker/reply-batch.ts REFUSED': 'given and taken within one harness',
  'src/wire/error-codec.ts OWN': 'never changes',
  'src/wire/find-unclonable.ts BULK': 'never changes',
  'src/wire/transferables.ts NEVER_TRANSFERRED': 'never changes',
  'src/wire/transferables.ts refusalOf': 'a cache of what the browser says',
  'src/telemetry/trace/ids.ts random': 'a source of random numbers',
  'src/telemetry/trace/ids.ts block': 'a source of random numbers',
  'src/telemetry/trace/ids.ts offset': 'a source of random numbers',
  'src/worker/task-context.ts channel': 'wakes its own waiters',
  'src/worker/task-context.ts wakers': 'its own waiters',
  'src/lib/many-items.ts SKIPPED': 'given and read within one iteration',
  'src/pool/settlement.ts NO_ARGS': 'never changes',
  'src/errors/burst.ts left': 'how many stacks each copy may take in a turn',
  'src/errors/burst.ts shared': 'forgotten at the end of the turn',
  'src/channel/kept-copies.ts keptOf': 'each copy has its own calls',
  'src/channel/script-report.ts addresses': 'a copy asks for the workers whose factory it has called',
  'src/shared/broker.ts hosts': 'the broker is a script by itself',
  'src/shared/host-election.ts seats': 'each copy has its own tasks',
  'hooks/state/frame-store.ts NOBODY': 'never changes',
  'hooks/state/task-selection.ts indexes': 'a cache of what a snapshot holds',
  'hooks/use-suspense-task-query.ts lost': 'counts warnings',
}

const STATE =
  /^(?:export )?(?:let (\w+)|const (\w+)(?:: .+)? = (?:new (?:Map|Set|WeakMap|WeakSet|WeakRef)\b|createContext|Symbol\(|\[\]))/gm

function stateOf(file: string): string[] {
  return [...read(file).matchAll(STATE)].map(([, variable, constant]) => `${file} ${variable ?? constant}`)
}

const files = filesBelow(['src', 'hooks', 'testing', 'in-process']).filter((file) => /\.tsx?$/.test(file))

it('what modules keep goes through oneInstance(), or is listed here with a reason', () => {
  expect(files.flatMap(stateOf).sort()).toEqual(Object.keys(harmless).sort())
})

it('each thing of oneInstance() has a name of its own', () => {
  const names = files.flatMap((file) =>
    [...read(file).matchAll(/\boneInstance\(\s*'([^']+)'/g)].map(([, name]) => name),
  )
  expect(names.length).toBeGreaterThan(15)
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
})
