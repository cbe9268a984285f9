/** How each fault is brought about, in each phase of a call. */
import { expect } from 'vitest'
import { ITEMS, PROTOCOL, READY, REPLIES } from '../../../src/wire/protocol.ts'
import { goodWorker } from './bench.ts'
import type { FaultId } from './fault-table.ts'
import { junkForWorker } from './junk.ts'
import { lastBuffer, releaseBuffers } from './last-buffer.ts'
import { poolScenes } from './pool-scenes.ts'
import { go, handler, ignore, type Scene, underWay } from './scene.ts'

/** The fault is an argument: that of the call under test, or of a call that comes while it runs. */
function argument(make: () => unknown, release: () => void = () => {}): Scene {
  return {
    config: (phase) => ({ maxInFlight: phase === 'queued' ? 1 : 2 }),
    async play(bench, phase) {
      const before = await underWay(bench, phase === 'streaming' ? 'streaming' : 'running')
      const faulty = bench.task.echo(make())
      faulty.then(release, release)
      // Calls are posted at the end of the turn that makes them: before the go.
      await Promise.resolve()
      go(bench)
      return phase === 'queued' ? { result: faulty } : before
    },
  }
}

/** The fault is a worker's script: that of the worker under test, or of a second one. */
function script(bad: () => Worker): Scene {
  return {
    config: (phase) => ({ maxWorkers: phase === 'queued' ? 1 : 2 }),
    make: (phase) => {
      const badOne = phase === 'queued' ? 0 : 1
      return (nth) => (nth === badOne ? bad() : goodWorker(nth))
    },
    async play(bench, phase) {
      if (phase === 'queued') return { result: bench.task.echo('value') }
      const before = await underWay(bench, phase)
      ignore(bench.task.echo('on the second worker'))
      await expect.poll(() => bench.task.control.getSnapshot().lastCrash).toBeDefined()
      go(bench)
      return before
    },
  }
}

/** A message of the worker is lost, and `messageerror` is fired in its place. */
function lostMessage(): Scene {
  // The reply travels by itself: the handler before it took long enough.
  const { play } = handler('go', { meanwhile: go })
  return {
    play(bench, phase) {
      const kind = phase === 'streaming' ? ITEMS : REPLIES
      bench.lets = (data, worker) => {
        const isLost = Array.isArray(data) && data[0] === kind && data.flat().includes('value')
        if (!isLost) return true
        bench.lets = () => true
        worker.dispatchEvent(new MessageEvent('messageerror'))
        return false
      }
      return play(bench, phase)
    },
  }
}

let certificate: RTCCertificate | undefined
/** Made once, beforehand: it takes a while. */
export async function prepareScenes(): Promise<void> {
  const algorithm: EcKeyGenParams = { name: 'ECDSA', namedCurve: 'P-256' }
  if (typeof RTCPeerConnection === 'undefined') return
  certificate = await RTCPeerConnection.generateCertificate(algorithm)
}

const fromSource = (source: string) =>
  new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })))

export const scenes: Readonly<Record<FaultId, Scene>> = {
  missingScript: script(() => new Worker('/no-such-worker.js', { type: 'module' })),
  oldVersion: script(() =>
    fromSource(`postMessage([${READY}, ${PROTOCOL + 1}, ["run"], performance.timeOrigin, false])`),
  ),
  throwOnLoad: script(() => fromSource('throw new Error("broken script")')),
  throw: handler('throw'),
  reject: handler('reject'),
  timer: handler('timer'),
  detached: handler('detached'),
  close: handler('close'),
  terminate: handler('never', { meanwhile: ({ workers }) => workers.at(-1)?.terminate() }),
  loopHeartbeat: handler('loop', { config: { heartbeatMs: 300 } }),
  loopTimeout: handler('loop', { options: { timeoutMs: { run: 300 } } }),
  loopAbort: handler('loop', { meanwhile: (_bench, call) => call.abort() }),
  callbackThrows: handler('ask', {
    ask() {
      throw new TypeError('thrown by the page on purpose')
    },
  }),
  deathInCallback: handler('ask', {
    ask({ workers }) {
      workers.at(-1)?.terminate()
      return new Promise(() => {})
    },
  }),
  eventFlood: handler('flood', {
    before: ({ task }) => void task.control.on('flood', () => {}),
  }),
  badArgument: argument(() => ({ onClick: () => {} })),
  badResult: handler('badResult'),
  deepResult: { ...handler('deepResult'), needs: 'depthLimit' },
  hostileResult: handler('hostileResult'),
  badProgress: handler('badProgress'),
  unreadableArgument: { ...argument(() => certificate), needs: 'unreadable' },
  hugeArgument: {
    ...argument(() => ({ buffer: new ArrayBuffer(4.5 * 2 ** 30) })),
    needs: 'memoryLimit',
  },
  lostArgument: { ...argument(lastBuffer, releaseBuffers), needs: 'memoryLimit' },
  hugeResult: { ...handler('hugeResult'), needs: 'memoryLimit' },
  lostResult: { ...handler('lostResult'), needs: 'memoryLimit' },
  messageError: lostMessage(),
  foreign: handler('foreign', {
    meanwhile(bench, { callId }) {
      const id = Number(callId.slice('call-'.length))
      for (const junk of junkForWorker(id)) bench.workers[0]?.postMessage(junk)
      go(bench)
    },
  }),
  ...poolScenes,
}
