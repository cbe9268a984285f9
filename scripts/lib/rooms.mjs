/** The one list of rooms that contain the sources; the structure tests, the drawing and the tables of the docs read it. */

/**
 * @typedef {object} Room
 * @property {string} name
 * @property {string} path its folder, or the one file that it is
 * @property {'page' | 'worker' | 'both' | 'tests'} side where its code runs
 * @property {string} about what it is for, in a line
 * @property {string} start the file to read first
 */

/**
 * The rooms of src/, the highest first. A file imports, types included, from its own room and those below. A new room is
 * placed here deliberately: a file in one that is not listed fails.
 * @type {readonly Room[]}
 */
export const rooms = [
  room('runtime', 'page', 'tasks by id, snapshots, retain and dispose', 'runtime.ts'),
  room('pool', 'page', 'executes a task: calls in, workers, settlement', 'worker-pool.ts'),
  room('shared', 'page', 'one engine for all tabs: election, lines, take-over', 'host-election.ts'),
  room('channel', 'page', 'one worker, as the page sees it', 'worker-channel.ts'),
  room('telemetry', 'page', 'spans, metrics, measures, events', 'instrumentation.ts'),
  room('queue', 'page', 'which call is next, by key and priority', 'dispatch-queue.ts'),
  room('options', 'page', 'what callers pass, checked once', 'task-options.ts'),
  room('call', 'page', 'a call: one object from enqueue to settlement', 'call.ts'),
  room('worker', 'worker', 'takes calls, runs handlers, replies', 'harness.ts'),
  room('wire', 'both', 'the messages, and how values travel in them', 'protocol.ts'),
  room('errors', 'both', 'the error classes, and what each says', 'errors.ts'),
  room('types', 'both', 'the public types', 'task.ts'),
  room('lib', 'both', 'lists, timers, checks: knows nothing of tasks', 'linked-list.ts'),
]

/** The public face of the core: the only file of src/ outside the rooms. */
export const face = 'src/index.ts'

/** The rooms above src/. @type {readonly Room[]} */
export const outerRooms = [
  {
    name: 'devtools',
    path: 'devtools',
    side: 'page',
    about: 'the panel: a recorder, a model, a view',
    start: 'model/types.ts',
  },
  {
    name: 'hooks',
    path: 'hooks',
    side: 'page',
    about: 'React: the provider and the hooks',
    start: 'index.ts',
  },
  {
    name: 'testing',
    path: 'testing',
    side: 'tests',
    about: 'fake workers, a clock, a runtime',
    start: 'index.ts',
  },
  {
    name: 'in-process',
    path: 'in-process',
    side: 'page',
    about: 'workers without a thread, where there is no Worker',
    start: 'index.ts',
  },
  { name: 'core', path: face, side: 'page', about: 'the public face of src/', start: '' },
]

/**
 * @param {string} name
 * @param {Room['side']} side
 * @param {string} about
 * @param {string} start
 * @returns {Room}
 */
function room(name, side, about, start) {
  return { name, path: `src/${name}`, side, about, start }
}
