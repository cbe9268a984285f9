/** The parts that the drawings of the documentation are made of: bars on lanes, boxes, arrows and text, in two themes. */

/** The colours by name, light and dark; the site gives the same names to its own themes. */
const palette = {
  light:
    '--ink: #1b2430; --quiet: #5a6577; --line: #a9b3c2; --box: #f4f6fa; --run: #3c57c4; --run-ink: #ffffff; --wait: #d5dcf2; --stop: #c2413a; --other: #0f766e; --fresh: #b4690a',
  dark: '--ink: #e8edf4; --quiet: #a3afbf; --line: #5f6b80; --box: #1c2330; --run: #6f87ea; --run-ink: #0d1117; --wait: #2f3a5c; --stop: #f0857c; --other: #4fb8ab; --fresh: #e8a451',
}

const rules = `text { font: 13px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: var(--ink) }
.quiet { fill: var(--quiet) } .small { font-size: 11.5px } .strong { font-weight: 650 } .mid { text-anchor: middle } .end { text-anchor: end }
.mono { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 12px }
.run { fill: var(--run) } .wait { fill: var(--wait) } .stop { fill: var(--stop) } .other { fill: var(--other) } .fresh { fill: var(--fresh) }
.on { fill: var(--run-ink) }
.box { fill: var(--box); stroke: var(--line) } .rule { stroke: var(--line); fill: none } .dash { stroke-dasharray: 4 4 }
.arrow { stroke: var(--quiet); fill: none; stroke-width: 1.4 } .halt { stroke: var(--stop); stroke-width: 2 }
.tip { fill: var(--quiet) }`

/** The same rules for drawings that are a part of a page, where the theme is a class. */
export const siteStyle = `/* Written by scripts/docs/drawings/write.mjs: the drawings are a part of the page, and follow its theme. */
.drawing { ${palette.light} }
.dark .drawing { ${palette.dark} }
${rules.replace(/(^|\} )(text|\.)/gm, '$1.drawing $2')}
`

/** @param {string} text */
const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/** @param {number} x @param {number} y @param {string} content @param {string} [classes] */
export const text = (x, y, content, classes = '') =>
  `<text x="${x}" y="${y}"${classes && ` class="${classes}"`}>${escaped(content)}</text>`

/** @param {number} x @param {number} y @param {number} width @param {number} height @param {string} classes @param {number} [radius] */
export const rect = (x, y, width, height, classes, radius = 4) =>
  `<rect class="${classes}" x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}"/>`

/** A bar on a lane, with its name in it. @param {number} x @param {number} y @param {number} width @param {string} kind @param {string} [name] */
export const bar = (x, y, width, kind, name = '') =>
  rect(x, y, width, 22, kind) +
  (name ? text(x + width / 2, y + 15.5, name, `mid small ${kind === 'wait' ? '' : 'on'}`.trim()) : '')

/** A straight arrow. @param {number} x1 @param {number} y1 @param {number} x2 @param {number} y2 @param {string} [classes] */
export const arrow = (x1, y1, x2, y2, classes = '') =>
  `<path class="arrow ${classes}" marker-end="url(#tip)" d="M${x1} ${y1}L${x2} ${y2}"/>`

/** @param {number} x1 @param {number} y1 @param {number} x2 @param {number} y2 @param {string} [classes] */
export const line = (x1, y1, x2, y2, classes = 'rule') =>
  `<path class="${classes}" d="M${x1} ${y1}L${x2} ${y2}"/>`

/** A box with a name and what it is below it. @param {number} x @param {number} y @param {number} width @param {string} name @param {string} about */
export const box = (x, y, width, name, about) =>
  rect(x, y, width, 54, 'box', 8) +
  text(x + width / 2, y + 23, name, 'mid strong') +
  text(x + width / 2, y + 42, about, 'mid quiet small')

/** @param {number} width @param {number} height @param {string} title @param {readonly string[]} parts */
export const drawing = (
  width,
  height,
  title,
  parts,
) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" role="img">
<style>svg { ${palette.light} } @media (prefers-color-scheme: dark) { svg { ${palette.dark} } }
${rules}</style>
<title>${escaped(title)}</title>
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="tip" d="M0 .5 8 4 0 7.5z"/></marker></defs>
${parts.join('\n')}
</svg>
`
