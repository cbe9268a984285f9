/** Lists the versions of the site that a folder holds, such as v0.1.0/, on a page beside them: `node scripts/docs/site/versions.mjs FOLDER`. */
import { readdirSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

/** The page, newest version first. @param {readonly string[]} names of what the folder holds */
export function versionsPage(names) {
  const versions = names
    .filter((name) => /^v\d+\.\d+\.\d+/.test(name))
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
  const items = [['./', 'main branch'], ...versions.map((name) => [`${name}/`, name])]
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Versions of the Atelier documentation</title>
<style>body { max-width: 40rem; margin: 4rem auto; padding: 0 1rem; font: 1rem/1.6 system-ui, sans-serif }</style>
<h1>Versions of the documentation</h1>
<ul>
${items.map(([href, name]) => `<li><a href="${href}">${name}</a></li>`).join('\n')}
</ul>
</html>
`
}

const [, script, folder] = process.argv
if (script && folder && import.meta.url === pathToFileURL(script).href)
  writeFileSync(`${folder}/versions.html`, versionsPage(readdirSync(folder)))
