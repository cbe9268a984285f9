/** Threads that take jobs; one that does not answer in time is ended, as a mutant may loop for ever. */
import { Worker } from 'node:worker_threads'

/** After so many mutants a thread is replaced, with whatever they have left in it. */
const MUTANTS_PER_THREAD = 200

/** @typedef {{ status: 'killed' | 'survived' | 'timeout' | 'died', by?: { file: string, ordinal: number, name: string, error?: string } }} Verdict */

export class Member {
  /** @type {Worker | undefined} */
  #thread
  #done = 0
  #data

  /** @param {object} data for each thread: the compiled modules */
  constructor(data) {
    this.#data = data
  }

  /** @param {object} request @param {number} limitMs @returns {Promise<any>} the answer, or why there is none */
  async ask(request, limitMs) {
    if (this.#done++ >= MUTANTS_PER_THREAD) await this.replace()
    const thread = (this.#thread ??= this.#start())
    /** @type {{ status: string, error?: string } | undefined} */
    let loss
    const answer = await new Promise((resolve) => {
      const timer = setTimeout(() => settle((loss = { status: 'timeout' })), limitMs)
      const onMessage = (/** @type {unknown} */ message) => settle(message)
      const onError = (/** @type {unknown} */ error) =>
        settle((loss = { status: 'died', error: String(error) }))
      const settle = (/** @type {unknown} */ value) => {
        clearTimeout(timer)
        thread.off('message', onMessage).off('error', onError)
        resolve(value)
      }
      thread.on('message', onMessage).on('error', onError)
      thread.postMessage(request)
    })
    if (loss) await this.replace()
    return answer
  }

  /** Ends the thread; the next job starts another one. */
  async replace() {
    await this.#thread?.terminate()
    this.#thread = undefined
    this.#done = 0
  }

  #start() {
    return new Worker(new URL('./thread.mjs', import.meta.url), {
      workerData: this.#data,
      execArgv: ['--no-warnings'],
      resourceLimits: { maxOldGenerationSizeMb: 1500 },
      stdout: true,
      stderr: true,
    })
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
