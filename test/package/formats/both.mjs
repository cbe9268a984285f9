/** Loads the package as ES modules and with require() at once, mixes the two, and prints what it sees. */
import { createRequire } from 'node:module'
import * as React from 'react'
import { renderToString } from 'react-dom/server'
import * as modules from 'atelier-react'
import * as core from 'atelier-react/core'
import * as testing from 'atelier-react/testing'

const require = createRequire(import.meta.url)
const required = require('atelier-react')
const requiredCore = require('atelier-react/core')
const requiredTesting = require('atelier-react/testing')
const requiredWorker = require('atelier-react/worker')
require('atelier-react/telemetry')

class NotFound extends Error {}
requiredCore.registerErrorClass(NotFound)

const handlers = {
  find() {
    throw new NotFound('nowhere')
  },
  hang: () => new Promise(() => {}),
  bytes() {
    const bytes = new Uint8Array(8)
    globalThis.sent = bytes
    return requiredWorker.transfer(bytes, [bytes.buffer])
  },
}
const options = { type: 'parallel', taskId: 'mixed', worker: () => testing.createFakeWorker({ handlers }) }

async function caught(run) {
  try {
    await run()
    return undefined
  } catch (error) {
    return error
  }
}

const runtime = core.createTaskRuntime()
const task = runtime.defineTask(options)
const notFound = await caught(() => task.find())
const aborted = await caught(() => {
  const call = task.hang()
  call.abort()
  return call
})
await task.bytes()

/** A trace that the other copy has made is the parent of this one's. */
const otherRuntime = requiredCore.createTaskRuntime()
const parent = otherRuntime.createTrace('outer')
const child = runtime.createTrace('inner', { parent })

/** A hook of one finds the provider of the other. */
function Reads() {
  return React.createElement('i', null, required.useRuntime() === runtime ? 'same runtime' : 'another')
}
const html = renderToString(
  React.createElement(modules.AtelierProvider, { runtime }, React.createElement(Reads)),
)

const sameWorker = testing.createFakeWorker({ handlers })
const takes = (creator, id) =>
  creator.createTaskRuntime().defineTask({ type: 'singleton', taskId: id, worker: () => sameWorker })
const first = takes(core, 'first').hang()
first.catch(() => {})
await new Promise((resolve) => setImmediate(resolve))
const twice = await caught(() => takes(requiredCore, 'second').find())

console.log(
  JSON.stringify({
    areTwo: core.createTaskRuntime !== requiredCore.createTaskRuntime,
    keepsItsClass: notFound instanceof NotFound,
    isAbort: [aborted instanceof core.TaskAbortError, aborted instanceof requiredCore.TaskAbortError],
    isBase: [aborted instanceof core.AtelierError, aborted instanceof requiredCore.AtelierError],
    isTimeout: aborted instanceof requiredCore.TaskTimeoutError,
    isTransferred: globalThis.sent.byteLength === 0,
    isChild: child.traceId === parent.traceId,
    html,
    sameToken: modules.skipToken === required.skipToken,
    isTakenOnce: String(twice?.message).includes('already in use'),
    seesLiveWorkers: (await caught(() => requiredTesting.expectNoLiveWorkers())) !== undefined,
  }),
)
process.exit(0)
