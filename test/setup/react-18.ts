/** `react` is React 18 for every CommonJS package of this process, as the aliases of the project make it for every ES module. */
import Module from 'node:module'

type Resolve = (request: string, ...rest: unknown[]) => string

const commonJs = Module as unknown as { _resolveFilename: Resolve }
const resolve = commonJs._resolveFilename
commonJs._resolveFilename = (request, ...rest) =>
  resolve(request.replace(/^react(-dom)?(?=$|\/)/, 'react$1-18'), ...rest)
