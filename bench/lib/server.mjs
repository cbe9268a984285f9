/** Serves the page of the benchmarks, cross-origin isolated, and is its mailbox: the page asks and tells by POST. */
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { isolationHeaders } from '../../scripts/lib/chromium.mjs'

const types = { '.html': 'text/html', '.js': 'text/javascript' }

/** @typedef {Record<string, (body: unknown) => Promise<unknown>>} Mailbox answers by the name of the question */

/** @param {string} folder */
export async function serve(folder) {
  /** @type {Map<string, Mailbox>} */
  const mailboxes = new Map()
  /** Until when no file is to be had. */
  let cutUntil = 0

  /** @param {string} path @param {import('node:http').ServerResponse} response */
  async function file(path, response) {
    const name = join(folder, path === '/' ? 'index.html' : path)
    const body = await readFile(name)
    const type = types[/** @type {keyof typeof types} */ (extname(name))] ?? 'application/octet-stream'
    response.writeHead(200, { ...isolationHeaders, 'Content-Type': type, 'Cache-Control': 'max-age=600' })
    response.end(body)
  }

  /** `/mail/{page}/{question}` @param {string} path @param {import('node:http').IncomingMessage} request */
  async function mail(path, request) {
    const [, , page = '', question = ''] = path.split('/')
    const answer = mailboxes.get(page)?.[question]
    if (!answer) throw new Error(`nobody answers ${path}`)
    let text = ''
    for await (const chunk of request) text += chunk
    return answer(text === '' ? undefined : JSON.parse(text))
  }

  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://bench').pathname)
    const done =
      request.method === 'POST'
        ? mail(path, request).then((answer) => {
            response.writeHead(200, { ...isolationHeaders, 'Content-Type': 'application/json' })
            response.end(JSON.stringify(answer ?? null))
          })
        : Date.now() < cutUntil
          ? Promise.resolve(request.socket.destroy())
          : file(path, response)
    done.catch(() => response.writeHead(404).end())
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', () => done(undefined)))
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  return {
    url: `http://127.0.0.1:${port}/`,
    /** @param {string} page @param {Mailbox} mailbox */
    on: (page, mailbox) => mailboxes.set(page, mailbox),
    /** @param {string} page */
    off: (page) => mailboxes.delete(page),
    /** As if the network were gone: for so long, no request for a file has an answer. @param {number} ms */
    cut: (ms) => {
      cutUntil = Date.now() + ms
      return new Promise((done) => setTimeout(() => done(undefined), ms))
    },
    close: () =>
      new Promise((done) => {
        server.closeAllConnections()
        server.close(() => done(undefined))
      }),
  }
}
