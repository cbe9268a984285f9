/** Draws docs/images/rooms.svg and writes the table of rooms in CONTRIBUTING.md, both from the sources. */
import { writeFileSync } from 'node:fs'
import { root } from '../lib/entries.mjs'
import { architectureFiles } from './architecture-files.mjs'

for (const [path, content] of Object.entries(architectureFiles())) writeFileSync(root + path, content)
