/** Rows of the fault matrix about what is asked of pools while calls are under way: sessions, other sizes, retries, words to all. */
import {
  cell,
  crashed,
  death,
  type Fault,
  gets,
  hurtsNobody,
  inHandler,
  spent,
  unharmed,
} from './fault-cells.ts'

const lost = gets('SessionLostError session-lost')
const lostOutOfService = { ...lost, outOfService: true } as const
const inSession = cell('own', lost, lost, lostOutOfService)

export const poolFaults = {
  sessionLost: {
    title: '`self.close()`, in a session',
    group: 'pool',
    how: 'a handler of the session closes its worker; the call under test is one of the session',
    cells: { queued: inSession, running: inSession, streaming: inSession },
  },
  restarted: {
    title: '`restartWorker`',
    group: 'pool',
    how: 'the page calls `control.restartWorker` while a handler runs',
    cells: {
      queued: hurtsNobody,
      running: cell('own', crashed, gets('value'), crashed),
      streaming: cell('own', crashed, spent, crashed),
    },
  },
  stopped: {
    title: '`stop()`, then `start()`',
    group: 'pool',
    how: 'the page calls `control.stop` and `control.start` while a handler runs',
    cells: inHandler(gets('TaskAbortError aborted')),
  },
  resized: {
    title: 'fewer workers',
    group: 'pool',
    how: 'the page calls `control.resize` while the handler runs on a worker that is one too many',
    cells: unharmed,
  },
  worn: {
    title: '`maxCallsPerWorker`',
    group: 'pool',
    how: 'each worker runs one call, and is replaced',
    cells: unharmed,
  },
  unsaved: {
    title: 'throw in `checkpoint`',
    group: 'pool',
    how: 'the page calls `control.checkpoint` while a handler runs, and the worker cannot save',
    cells: unharmed,
  },
  badSetupData: {
    title: 'throw in `setupData`',
    group: 'pool',
    how: 'the function that gives the data of `setup` throws',
    cells: {
      queued: cell('own', gets('WorkerStartError start-failed')),
      running: hurtsNobody,
      streaming: hurtsNobody,
    },
  },
  retried: {
    title: 'throw in handler, with `retry: 1`',
    group: 'pool',
    how: 'the handler throws a TypeError at its first attempt',
    cells: inHandler(gets('value'), gets('TypeError')),
  },
  broadcast: {
    title: '`self.close()`, with a broadcast',
    group: 'pool',
    how: 'the call under test is that of a broadcast; it closes its worker, or waits there for a call that does',
    cells: {
      queued: cell('own', crashed, crashed, { ...crashed, outOfService: true }),
      running: cell('own', crashed, crashed, { ...crashed, outOfService: true }),
      streaming: death.streaming,
    },
  },
  affinity: {
    title: '`self.close()`, of the worker of an affinity',
    group: 'pool',
    how: 'the call under test has the affinity of the call that closes the worker',
    cells: death,
  },
} satisfies Record<string, Fault>
