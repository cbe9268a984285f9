/**
 * Processes that take jobs; one that does not answer in time is ended, as a mutant may loop forever. Not threads: a mutant
 * that fills an array without end takes its whole process with it.
 */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** After so many requests a process is replaced, with whatever mutants have left in it. */
const REQUESTS_PER_PROCESS = 1_000
/** How long a new process may take to load what it runs. */
const START_MS = 10_000

/**
 * A mutant that loops forever would outlive a run that is interrupted.
 * @type {Set<import('node:child_process').ChildProcess>}
 */
const alive = new Set()
process.on('exit', () => {
  for (const subject of alive) subject.kill('SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

/** @typedef {{ status: 'killed' | 'survived' | 'timeout' | 'died', by?: { file: string, ordinal: number, name: string, error?: string } }} Verdict */

export class Member {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #subject
  #done = 0
  #data

  /** @param {object} data for each process: the compiled modules */
  constructor(data) {
    this.#data = data
  }

  /** @param {object} request @param {number} limitMs @returns {Promise<any>} the answer, or why there is none */
  async ask(request, limitMs) {
    if (this.#done++ >= REQUESTS_PER_PROCESS) await this.replace()
    const spareMs = this.#subject ? 0 : START_MS
    const subject = (this.#subject ??= this.#start())
    /** @type {{ status: string } | undefined} */
    let loss
    const answer = await new Promise((resolve) => {
      const timer = setTimeout(() => settle((loss = { status: 'timeout' })), limitMs + spareMs)
      const onExit = () => settle((loss = { status: 'died' }))
      const settle = (/** @type {unknown} */ value) => {
        clearTimeout(timer)
        subject.off('message', settle).off('exit', onExit)
        resolve(value)
      }
      subject.on('message', settle).on('exit', onExit)
      subject.send(request)
    })
    if (loss) await this.replace()
    return answer
  }

  /** Ends the process; the next job starts another one. */
  async replace() {
    if (this.#subject) {
      this.#subject.kill('SIGKILL')
      alive.delete(this.#subject)
    }
    this.#subject = undefined
    this.#done = 0
  }

  #start() {
    const subject = fork(fileURLToPath(new URL('./subject.mjs', import.meta.url)), {
      execArgv: ['--no-warnings', '--max-old-space-size=1000'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    subject.send(this.#data)
    alive.add(subject)
    return subject
  }
}

/**
 * Gives each item to the next member that is free.
 * @template T
 * @param {readonly Member[]} members @param {readonly T[]} items @param {(member: Member, item: T) => Promise<void>} work
 */
export async function share(members, items, work) {
  const queue = items[Symbol.iterator]()
  await Promise.all(
    members.map(async (member) => {
      for (const item of queue) await work(member, item)
    }),
  )
}
