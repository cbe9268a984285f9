/**
 * A collector of OTLP/HTTP on the loopback interface, for the tests that run the real exporters in a browser. Each run
 * posts below a path of its own, and reads from there what arrived.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestProject } from 'vitest/node'
import { metricsOf, spansOf } from './flatten.ts'
import { decodeJson } from './otlp-messages.ts'
import type { Received, ReceivedMetric, ReceivedSpan } from './received.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Origin of the receiver, e.g. `http://127.0.0.1:40000`. */
    otlpReceiver: string
  }
}

interface Run {
  spans: ReceivedSpan[]
  metrics: ReceivedMetric[]
  problems: string[]
  traceparents: string[]
}

const cors = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Headers': '*',
  'Access-Control-Allow-Methods': 'GET, POST',
}

/** Vitest calls it before the project's tests, and what it returns after them. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const runs = new Map<string, Run>()
  const server = createServer((request, response) => {
    answer(runs, request, response).catch((error: unknown) => {
      response.writeHead(500, cors).end(String(error))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  provide('otlpReceiver', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
}

/** `POST /{run}/v1/traces`, `/{run}/v1/metrics`, `/{run}/probe`, which keeps the `traceparent`, and `GET /{run}`. */
async function answer(
  runs: Map<string, Run>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method === 'OPTIONS') {
    response.writeHead(204, cors).end()
    return
  }
  const [, id = '', ...rest] = (request.url ?? '').split('/')
  const run = runs.get(id) ?? { spans: [], metrics: [], problems: [], traceparents: [] }
  runs.set(id, run)
  const json = { ...cors, 'Content-Type': 'application/json' }
  if (request.method === 'GET') {
    response.writeHead(200, json).end(JSON.stringify(run satisfies Received))
    return
  }
  if (rest[0] === 'probe') {
    run.traceparents.push(String(request.headers['traceparent']))
    response.writeHead(200, json).end('{}')
    return
  }
  const accepted = take(run, rest.join('/'), request.headers['content-type'], await bodyOf(request))
  response.writeHead(accepted ? 200 : 400, json).end('{}')
}

function take(run: Run, path: string, contentType: string | undefined, body: string): boolean {
  try {
    if (contentType !== 'application/json') throw new Error(`content type ${String(contentType)}`)
    if (path === 'v1/traces') run.spans.push(...spansOf(decodeJson('traces', body)))
    else if (path === 'v1/metrics') run.metrics = metricsOf(decodeJson('metrics', body))
    else throw new Error(`no such path: ${path}`)
    return true
  } catch (error) {
    run.problems.push(String(error))
    return false
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request) chunks.push(chunk as Uint8Array)
  return Buffer.concat(chunks).toString('utf8')
}
