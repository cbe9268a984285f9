/** The pages of one round in one Chromium, in a context that nothing else has: they open, crash, freeze, stall, leave, return. */
import { setTimeout as sleep } from 'node:timers/promises'

/** @typedef {import('../../../../bench/lib/chromium-pipe.mjs').Chromium} Chromium */
/**
 * @typedef {object} Page
 * @property {string} name
 * @property {string} targetId
 * @property {string} sessionId
 * @property {'there' | 'frozen' | 'stalled' | 'away' | 'gone'} state
 * @property {boolean} wasCaught whether it was stopped without a word, so that others may have taken its engine
 * @property {boolean} isComing whether the back button was pressed, and the page is not there yet
 */

/** A page that does not answer for so long has been stopped. */
const NO_ANSWER_MS = 400
/** One that was not ended answers within that, however busy the machine is. */
const LONG_MS = 5_000
const LOAD_MS = 20_000
/** So long a page is waited for while processes are stopped, which may be the one that it needs. */
const HELD_MS = 1_500

export class Tabs {
  /** @type {Page[]} */
  pages = []
  /** Process ids that were stopped. @type {Set<number>} */
  stopped = new Set()
  /** How often each thing has happened. @type {Record<string, number>} */
  happened = {}
  #names = 0
  #loads = 0
  #contextId = ''
  #stopListening = () => {}

  /** @param {Chromium} chromium @param {string} url @param {object} setting what each page opens its task with */
  constructor(chromium, url, setting) {
    this.chromium = chromium
    this.url = url
    this.setting = setting
  }

  async begin() {
    this.#contextId = (await this.chromium.send('Target.createBrowserContext')).browserContextId
    this.#stopListening = this.chromium.listen(({ method, params, sessionId }) => {
      if (method !== 'Inspector.targetCrashed' && method !== 'Target.targetCrashed') return
      const page = this.pages.find(
        (each) => each.sessionId === sessionId || each.targetId === params?.['targetId'],
      )
      if (page) page.state = 'gone'
    })
    await this.chromium.send('Target.setDiscoverTargets', { discover: true })
  }

  async open() {
    const { targetId } = await this.chromium.send('Target.createTarget', {
      url: 'about:blank',
      browserContextId: this.#contextId,
    })
    const { sessionId } = await this.chromium.send('Target.attachToTarget', { targetId, flatten: true })
    await this.chromium.send('Inspector.enable', {}, sessionId)
    /** @type {Page} */
    const page = {
      name: `p${++this.#names}`,
      targetId,
      sessionId,
      state: 'there',
      wasCaught: false,
      isComing: false,
    }
    this.pages.push(page)
    await this.load(page)
    return page
  }

  /** @param {Page} page */
  async load(page) {
    await this.#send(page, 'Page.navigate', { url: this.url })
    await this.#loaded(page)
    page.state = 'there'
    await this.#openTask(page)
  }

  /** Each time under another name: its calls are no others' that the page made before. @param {Page} page */
  #openTask(page) {
    const setting = { ...this.setting, page: `${page.name}-${++this.#loads}` }
    return this.evaluate(page, `tab.open(${JSON.stringify(setting)})`)
  }

  /** @param {Page} page @param {number} ms */
  async #loaded(page, ms = LOAD_MS) {
    const end = Date.now() + ms
    for (;;) {
      const isLoaded = await within(
        this.evaluate(
          page,
          `typeof tab === 'object' && location.href.startsWith(${JSON.stringify(this.url)})`,
        ),
        ms,
      ).catch(() => false)
      if (isLoaded === true) return
      if (Date.now() > end) throw new Error(`${page.name} did not load (${page.state})`)
      await sleep(10)
    }
  }

  /** @param {Page} page @param {string} expression @returns {Promise<any>} */
  async evaluate(page, expression) {
    const { result, exceptionDetails } = await this.#send(page, 'Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    })
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
    return result.value
  }

  /** Those that can be asked for something. */
  get there() {
    return this.pages.filter(({ state }) => state === 'there')
  }

  /** The page that says that it hosts. */
  async host() {
    for (const page of this.there) {
      const shared = await within(this.evaluate(page, 'tab.shared()'), NO_ANSWER_MS).catch(() => undefined)
      if (shared?.role === 'host') return page
    }
    return undefined
  }

  /** @param {Page} page */
  async close(page) {
    page.state = 'gone'
    await this.chromium.send('Target.closeTarget', { targetId: page.targetId }).catch(() => {})
  }

  /** Its renderer crashes, with all that runs there. @param {Page} page */
  async crash(page) {
    void this.#send(page, 'Page.crash', {}).catch(() => {})
    const end = Date.now() + 5_000
    while (page.state !== 'gone' && Date.now() < end) await sleep(5)
    page.state = 'gone'
  }

  /** A renderer ends, whatever it holds: pages, their workers, the broker. @param {number} nth */
  async kill(nth) {
    const pid = await this.#renderer(nth)
    if (pid === undefined) return
    process.kill(pid, 'SIGKILL')
    await sleep(50)
    for (const page of await this.#silent(LONG_MS)) page.state = 'gone'
  }

  /** A renderer stops without a word, whatever it holds. @param {number} nth */
  async stall(nth) {
    const pid = await this.#renderer(nth)
    if (pid === undefined) return
    process.kill(pid, 'SIGSTOP')
    this.stopped.add(pid)
    // A page that was about to sleep may have been stopped before it could hand over.
    for (const page of this.pages) page.wasCaught ||= page.state === 'frozen' || page.state === 'away'
    for (const page of await this.#silent(NO_ANSWER_MS)) {
      page.state = 'stalled'
      page.wasCaught = true
    }
  }

  /** Those of the pages that answer no more. @param {number} ms */
  async #silent(ms) {
    const { there } = this
    const answers = await Promise.all(
      there.map((page) => within(this.evaluate(page, '1'), ms).catch(() => undefined)),
    )
    return there.filter((page, at) => answers[at] !== 1 && page.state === 'there')
  }

  /** @param {Page} page */
  async freeze(page) {
    page.state = 'frozen'
    await this.#send(page, 'Page.setWebLifecycleState', { state: 'frozen' })
  }

  /** All that sleep, or were stopped, go on. */
  async wake() {
    for (const pid of this.stopped) {
      try {
        process.kill(pid, 'SIGCONT')
      } catch {
        // It was ended meanwhile.
      }
    }
    this.stopped.clear()
    for (const page of this.pages) {
      if (page.state === 'frozen')
        await this.#send(page, 'Page.setWebLifecycleState', { state: 'active' }).catch(() => {})
      if (page.state === 'frozen' || page.state === 'stalled') page.state = 'there'
    }
  }

  /** @param {Page} page */
  async leave(page) {
    page.state = 'away'
    await this.#send(page, 'Page.navigate', { url: `${this.url.replace(/[^/]*$/, '')}away.html` })
  }

  /** By the back button: the page as it was, where the browser has kept it. @param {Page} page */
  async back(page) {
    // The process that it was kept in, or that it is to load in, may be one that was stopped: it comes when all go on.
    const isHeld = this.stopped.size > 0
    try {
      if (!page.isComing && !(await this.#pressBack(page))) return
      await this.#loaded(page, isHeld ? HELD_MS : LOAD_MS)
    } catch (error) {
      if (!isHeld) throw error
      this.count('held on their way back')
      return
    }
    page.isComing = false
    page.state = 'there'
    await this.#loaded(page)
    const wasKept = await this.evaluate(page, 'tab.isOpen()')
    this.count(wasKept ? 'kept by the browser' : 'loaded again')
    if (!wasKept) await this.#openTask(page)
  }

  /** @param {Page} page @returns {Promise<boolean>} whether there is something to go back to */
  async #pressBack(page) {
    const { entries, currentIndex } = await this.#history(page)
    const entry = entries[currentIndex - 1]
    if (entry === undefined) return false
    page.isComing = true
    const pressed = this.#send(page, 'Page.navigateToHistoryEntry', { entryId: entry.id })
    await (this.stopped.size > 0 ? within(pressed, HELD_MS) : pressed)
    return true
  }

  /** While it still leaves it has none. @param {Page} page @returns {Promise<any>} */
  async #history(page) {
    const end = Date.now() + LOAD_MS
    for (;;) {
      try {
        return await this.#send(page, 'Page.getNavigationHistory', {})
      } catch (error) {
        if (Date.now() > end) throw error
        await sleep(10)
      }
    }
  }

  /** @param {string} what */
  count(what) {
    this.happened[what] = (this.happened[what] ?? 0) + 1
  }

  async end() {
    await this.wake()
    this.#stopListening()
    await this.chromium.send('Target.disposeBrowserContext', { browserContextId: this.#contextId })
  }

  /** @param {Page} page @param {string} method @param {object} params */
  #send(page, method, params) {
    return within(this.chromium.send(method, params, page.sessionId), LOAD_MS).catch((error) => {
      throw new Error(`${page.name} (${page.state}), ${method}: ${error.message}`)
    })
  }

  /** @param {number} nth @returns {Promise<number | undefined>} */
  async #renderer(nth) {
    const { processInfo } = await this.chromium.send('SystemInfo.getProcessInfo')
    const all = processInfo.filter(
      (/** @type {{ type: string, id: number }} */ { type, id }) =>
        type === 'renderer' && !this.stopped.has(id),
    )
    return all[nth % all.length]?.id
  }
}

/** @template Value @param {Promise<Value>} promise @param {number} ms @returns {Promise<Value>} */
export function within(promise, ms) {
  const late = sleep(ms, undefined, { ref: false }).then(() => {
    throw new Error(`no answer within ${ms} ms`)
  })
  return Promise.race([promise, late])
}
