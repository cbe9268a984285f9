/**
 * When a script does not load, the error event contains neither its address nor the reason. In development, both are determined:
 * the address from the call of `new Worker(…)`, and the reason from a request to its server.
 */
import type { StartStage } from '../errors/start-advice.ts'
import { messageOf } from '../lib/words.ts'

/** What is known about a script that did not start, and its server's answer. */
export interface ScriptReport {
  readonly text: string
  readonly stage: Extract<StartStage, 'missing' | 'found' | 'unmade' | 'unfound'> | undefined
}

/** How long to wait for the server. */
const LONGEST_MS = 2_000
/** How many scripts are read, at most, to see whether one of them serves handlers. */
const MOST_SCRIPTS = 30

const addresses = new WeakMap<object, string>()

/** Runs a factory, and records the address of each worker that it creates. */
export function notingAddresses<Made>(make: () => Made): Made {
  const { Worker: native } = globalThis
  if (typeof native !== 'function') return make()
  const noting: typeof Worker = new Proxy(native, {
    construct(target, args: ConstructorParameters<typeof Worker>, newTarget) {
      const made = Reflect.construct(target, args, newTarget === noting ? target : newTarget) as Worker
      addresses.set(made, String(args[0]))
      return made
    },
  })
  // A page may have frozen its globals.
  if (!Reflect.set(globalThis, 'Worker', noting)) return make()
  try {
    return make()
  } finally {
    if (globalThis.Worker === noting) globalThis.Worker = native
  }
}

/** The address of a worker, if it is known. */
export function addressOf(worker: Worker | null): string | undefined {
  return worker ? addresses.get(worker) : undefined
}

/** Requests a script like the browser, and everything it imports. Never rejects. */
export async function askForScript(address: string): Promise<ScriptReport> {
  try {
    const url = new URL(address, document.baseURI)
    if (isForeign(url))
      return missing(`${url.href} is of another origin, from which no browser starts a worker`)
    const response = await get(url)
    const type = typeOf(response)
    const answer = `${url.href} answers ${response.status} (${type || 'no content type'})`
    if (response.status >= 500) return { text: answer, stage: 'unmade' }
    if (!response.ok) return missing(answer)
    if (!isScript(type)) return missing(`${answer}, which is no script`)
    const broken = await brokenImport(url)
    return broken === undefined
      ? { text: answer, stage: 'found' }
      : { text: `${answer}, and ${broken}`, stage: 'unfound' }
  } catch (error) {
    return { text: `${address} cannot be fetched either: ${messageOf(error)}`, stage: undefined }
  }
}

function missing(text: string): ScriptReport {
  return { text, stage: 'missing' }
}

/** The first import, among those that are read, without a script behind it. */
async function brokenImport(entry: URL): Promise<string | undefined> {
  const importers = new Map<string, string>([[entry.href, '']])
  try {
    for (const [href, importer] of importers) {
      const response = await get(new URL(href))
      const type = typeOf(response)
      if (!response.ok || !isScript(type))
        return `${importer} imports ${href}, which answers ${response.status} (${type || 'no content type'})`
      for (const specifier of importsOf(await response.text())) {
        if (!isAddress(specifier))
          return `${href} imports "${specifier}", which is a name and no address: a bundler finds it, a browser does not`
        if (importers.size < MOST_SCRIPTS) {
          const imported = new URL(specifier, href).href
          if (!importers.has(imported)) importers.set(imported, href)
        }
      }
    }
  } catch {
    // It cannot be fetched here, but the browser may be allowed to.
  }
  return undefined
}

/**
 * Whether it is certain that a script serves no handlers: it was read with all that it imports, and nothing in it names
 * `createTaskWorker`. If it may import something that was not read, nothing is certain. Never rejects.
 */
export async function servesNothing(address: string): Promise<boolean> {
  try {
    const entry = new URL(address, document.baseURI)
    const urls = new Set([entry.href])
    for (const href of urls) {
      const url = new URL(href)
      // Code from elsewhere may make the call for the app.
      if (
        urls.size > MOST_SCRIPTS ||
        isForeign(url) ||
        (url !== entry && url.pathname.includes('/node_modules/'))
      )
        return false
      const response = await get(url)
      if (!response.ok || !isScript(typeOf(response))) return false
      const text = withoutImportOfIt(await response.text())
      if (/createTaskWorker|\bimport(?:Scripts)?\s*\(|\brequire\s*\(/.test(text)) return false
      for (const specifier of importsOf(text)) {
        if (isAddress(specifier)) {
          if (!isHarmless(specifier)) urls.add(new URL(specifier, url).href)
        } else if (!isHarmless(specifier)) return false
      }
    }
    return true
  } catch {
    return false
  }
}

/** An import of `createTaskWorker` is no call of it, unless it gives it another name. */
function withoutImportOfIt(text: string): string {
  return text.replaceAll(/\bcreateTaskWorker(?!\s+as\b)(?=[\w\s,$]*\}\s*from\b)/g, '')
}

/** What a script imports at its start. */
function importsOf(text: string): string[] {
  return Array.from(
    text.matchAll(/(?:\bfrom|\bimport)\s*["']([^"']+)["']/g),
    ([, specifier = '']) => specifier,
  )
}

/** What a browser resolves without an import map, which workers do not have. */
function isAddress(specifier: string): boolean {
  return /^[./]|^\w+:/.test(specifier)
}

/** What a worker file may import that serves no handlers by itself: our own entry, and what development servers put in. */
function isHarmless(specifier: string): boolean {
  return /atelier-react|\/@vite\/|vite\/dist\/client/.test(specifier)
}

function isForeign(url: URL): boolean {
  return url.protocol.startsWith('http') && url.origin !== location.origin
}

function isScript(type: string): boolean {
  return /(java|ecma)script/i.test(type)
}

function typeOf(response: Response): string {
  return response.headers.get('content-type') ?? ''
}

function get(url: URL): Promise<Response> {
  return fetch(url, { signal: AbortSignal.timeout(LONGEST_MS) })
}
