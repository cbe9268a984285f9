/** Writes the fault table as a document. */
import { type Cell, type CrashPolicy, type Fault, faultIds, faults, phases, policies } from './fault-table.ts'

const introduction = `# Fault matrix

What a caller gets when something breaks. Every cell is a test in real Chromium, in
\`test/browser/faults/\`; this page is made from the table that drives them
(\`node scripts/docs/fault-matrix.mjs\`), and a test fails when the two differ.

**How to read it.** *Queued*: the call waits, on the page or handed ahead to the busy worker.
*Running*: its handler has started. *Streaming*: its consumer has read three items. "Its value" is
the result, or every item of the stream up to its end; a stream that fails gives its three items
first. Where it depends on the options of the task, a cell has a line for each: \`restart\` is the
default, \`retry\` is \`retry: { crash: 3 }\`, \`fail-task\` is \`onCrash: 'fail-task'\`.

**A dash** is a fault that cannot occur to the call itself in that phase: a queued call has no handler
that could throw, reject, close, loop or give a result; a running one has a worker whose script has
loaded, and arguments that have arrived. The fault then happens to a call before it or beside it on
the same worker, or to a second worker of the pool, and what is given in italics is what the innocent
call gets.

**Afterwards.** In every cell the next call works and every slot is free again. *Out of service* means
that the task refuses calls with \`WorkerCrashedError\` \`crashed\` until \`start()\`; then the next
call works. In a session, the next call is one of no session. A worker that does not start, and one that Atelier itself replaces (a loop), are not
crashes of the task: they take no task out of service under \`fail-task\`.
`

export function faultDocument(): string {
  return [
    introduction,
    '| fault | queued | running | streaming |',
    '| --- | --- | --- | --- |',
    ...faultIds.map((id) => row(faults[id])),
    '',
    '## How each fault is made',
    '',
    ...faultIds.map((id) => `- **${faults[id].title}**: ${faults[id].how}.`),
    '',
  ].join('\n')
}

function row({ title, cells }: Fault): string {
  return `| ${title} | ${phases.map((phase) => text(cells[phase])).join(' | ')} |`
}

function text(cell: Cell): string {
  const lines = policies.map((policy) => ({ policy, says: says(cell, policy) }))
  const first = lines[0]?.says ?? ''
  const all = lines.every((line) => line.says === first)
    ? [first]
    : lines.map((line) => `${line.policy}: ${line.says}`)
  return cell.whose === 'own' ? all.join('<br>') : `– *${all.join('<br>')}*`
}

function says({ outcomes }: Cell, policy: CrashPolicy): string {
  const { gets, path, outOfService } = outcomes[policy]
  if (gets === 'value') return 'its value'
  const [name, code] = gets.split(' ')
  const parts = [`\`${name}\``, ...(code ? [`\`${code}\``] : []), ...(path ? [`at \`${path}\``] : [])]
  return parts.join(' ') + (outOfService ? ', out of service' : '')
}
