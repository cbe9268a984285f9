/** `npm run docs`: the API reference from the sources, then the site, into docs/.vitepress/dist. With --dev it serves the site instead. */
import { root } from '../../lib/entries.mjs'
import { runBin } from '../../lib/run.mjs'
import { writeApiReference } from './api-reference.mjs'

await writeApiReference()
const [command, ...args] = process.argv.includes('--dev') ? ['dev', `${root}docs`] : ['build', `${root}docs`]
const { code } = await runBin('vitepress/bin/vitepress.js', [command ?? '', ...args])
process.exitCode = code
