/** What is known of a worker that did not start, and what to look at: the advice fits what was seen. */
import { nameOf } from '../lib/words.ts'

/**
 * What failed, where that is known: the factory; what it returned; the function for the broker; the data for `setup`; the script while it was read, or ran; something that ended the worker. `missing` and
 * `found`: its server, asked for the script in development, has none, or has one with which the browser is not content.
 * `unmade`: it failed to answer, as where a development server cannot compile the script. `unfound`: what the script imports is not there.
 * `unserved`: the script has run, and nothing in it serves handlers. `codecs`: page and worker have others. `code`: the page's own side of workers.
 */
export type StartStage =
  | 'factory'
  | 'returned'
  | 'broker'
  | 'setupData'
  | 'syntax'
  | 'script'
  | 'end'
  | 'missing'
  | 'found'
  | 'unmade'
  | 'unfound'
  | 'unserved'
  | 'codecs'
  | 'code'

/** What is known of a worker that did not start. */
export interface StartFailure {
  readonly code: 'start-failed' | 'start-timeout' | 'version-mismatch' | 'shared-unavailable'
  /** What was seen, e.g. the error event's message. */
  readonly seen: string
  /** The script's URL as far as it is known, else an empty string. */
  readonly script: string
  readonly cause?: unknown
  /** The script had loaded, and its `setup` ran. */
  readonly isSettingUp?: boolean | undefined
  readonly stage?: StartStage | undefined
}

const ONE_EXPRESSION = "new Worker(new URL('./x.worker.ts', import.meta.url), { type: 'module' })"

/** What to do about it. */
export function remedyOf({ code, isSettingUp, stage, cause }: StartFailure): string {
  if (code === 'version-mismatch') {
    return (
      'The worker file was built with another version of atelier-react than the page: a cache kept it, or it bundles another copy of the package. ' +
      'Reload the page, and give worker files names with a hash of their content'
    )
  }
  if (code === 'shared-unavailable') {
    return (
      'Pages share an engine over Web Locks and BroadcastChannel, which need a secure context (https, or localhost) and an origin: ' +
      "serve the page that way, or leave out the task's shared option"
    )
  }
  if (stage === 'setupData') {
    return (
      "Look at the task's setupData: a value that can be cloned, or a function that returns one, or a promise of one, " +
      'within startTimeoutMs'
    )
  }
  if (stage === 'broker') {
    return (
      "Look at the task's shared.broker: it returns a new SharedWorker at each call, whose script is of the page's own origin. " +
      'Without it, calls use a BroadcastChannel'
    )
  }
  if (isSettingUp && stage !== 'codecs' && stage !== 'factory' && stage !== 'returned') {
    return code === 'start-timeout'
      ? 'Its script has loaded, and its setup is still running: raise startTimeoutMs, or call beat() or progress() of ' +
          'setup(data, { beat, progress }) while it works'
      : 'Its script has loaded: look at its setup'
  }
  switch (stage) {
    case 'factory':
      return remedyOfFactory(cause)
    case 'returned':
      return "Check the task's worker option: it returns a new Worker at each call, no promise of one, no address and no class"
    case 'syntax':
      return (
        'Its script was found, and does not parse: look at the error. A script with import statements is a module ' +
        "worker: { type: 'module' }"
      )
    case 'script':
      return 'Its script was found, and threw while it ran: look at the error'
    case 'end':
      return 'It ended before it was ready: find out what ended it'
    case 'missing':
      return `Check the URL: bundlers include a worker file only if they find ${ONE_EXPRESSION} as one expression`
    case 'unmade':
      return 'Look at the output of its server, and at the response in the network panel: it could not compile the script, or failed for another reason'
    case 'unfound':
      return 'Correct that import, or let a bundler build the worker file'
    case 'found':
      return (
        "Check that it and what it imports parse and exist, that it is made with { type: 'module' } if it imports " +
        'anything, and that the Content-Security-Policy (worker-src) allows it'
      )
    case 'codecs':
      return 'Give the same codecs to taskOptions({ codecs }) and createTaskWorker(handlers, { codecs })'
    case 'code':
      return 'Look at the network panel for a script of the app that did not load: after a deployment, an open page may request files that are gone. Reload it'
    case 'unserved':
      return 'End the worker file with createTaskWorker(handlers), at its top level'
    default:
      if (code === 'start-timeout')
        return (
          'The browser has reported no error: its script loads slowly, waits in a top-level await, or never calls createTaskWorker(). ' +
          'Call that first, and give setup what takes long; or raise startTimeoutMs'
        )
      return (
        "Check that the URL exists, that it parses, that it is a module worker ({ type: 'module' }), that it calls createTaskWorker(), " +
        'and that the Content-Security-Policy (worker-src) allows it'
      )
  }
}

function remedyOfFactory(cause: unknown): string {
  if (typeof Worker !== 'function')
    return 'There is no Worker here, as on a server or in jsdom: call the task in the browser only, or use withInProcessFallback() of atelier-react/in-process'
  if (nameOf(cause) === 'SecurityError' || nameOf(cause) === 'TypeError')
    return (
      "Check the task's worker option: it returns a new Worker at each call, whose script is of the page's own origin " +
      'and allowed by the Content-Security-Policy (worker-src)'
    )
  return "The task's worker option threw before there was a Worker: look at the error"
}
