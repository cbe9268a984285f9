/** Writes docs/api, the API reference, from the JSDoc of the sources: one page for each export. */
import { rmSync } from 'node:fs'
import { Application, Converter } from 'typedoc'
import { entries, root } from '../../lib/entries.mjs'

/** Everything that several entries export is described where it is declared: with the core, if that has it. */
const documented = entries
  .filter(({ isEffect, condition }) => !isEffect && !condition)
  .toSorted((a, b) => Number(b.name === 'core') - Number(a.name === 'core'))

export async function writeApiReference() {
  const out = `${root}docs/api`
  rmSync(out, { recursive: true, force: true })
  const app = await Application.bootstrapWithPlugins({
    options: `${root}scripts/docs/typedoc.json`,
    entryPoints: documented.map(({ source }) => root + source),
    out,
  })
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const each of project.children ?? []) each.name = nameOf(each.name)
  })
  const project = await app.convert()
  if (!project) throw new Error('typedoc could not read the sources')
  await app.generateOutputs(project)
}

/** The name of a page, such as `core`, for the folder that typedoc names it by. @param {string} folder */
function nameOf(folder) {
  const { name = folder } = documented.find(({ source }) => source === `${folder}/index.ts`) ?? {}
  return name === 'index' ? 'react' : name
}
