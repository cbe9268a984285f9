/**
 * The command behind `npm start`: serves the demo and says where. `npm start -- --headless` runs it to its end in
 * headless Chromium instead, and prints what came of it.
 */
import { parseOptions, usage } from './demo/options.mjs'
import { openBrowser } from './demo/open-browser.mjs'
import { freePort } from './demo/port.mjs'
import { runHeadless } from './demo/run-headless.mjs'
import { demoStory, startStorybook } from './demo/storybook-server.mjs'

const preferredPort = 6006

/** @param {import('./demo/options.mjs').Options} options */
async function start(options) {
  const port = await freePort(options.port ?? preferredPort)
  console.log(`demo: starting Storybook on port ${port} ...`)
  const server = await startStorybook(port)
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.once(signal, () => server.stop())
  try {
    if (options.headless) return await runHeadless(server.origin, options)
    const address = `${server.origin}/?path=/story/${demoStory}`
    console.log(`\n  The demo is at  ${address}\n\n  Ctrl+C ends it.\n`)
    if (options.open) openBrowser(address)
    return await server.ended
  } finally {
    server.stop()
  }
}

const options = parseOptions(process.argv.slice(2))
if ('error' in options) {
  console.error(`${options.error}\n\n${usage}`)
  process.exitCode = 2
} else if (options.help) {
  console.log(usage)
} else {
  try {
    process.exitCode = await start(options)
  } catch (error) {
    console.error(`demo: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  }
}
