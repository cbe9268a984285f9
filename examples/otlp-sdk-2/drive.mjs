/** A collector of OTLP over HTTP on the loopback interface, and the page that exports to it. Returns what is wrong. */
import { createServer } from 'node:http'

const cors = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' }

/** @param {{ open: (path: string) => Promise<import('playwright').Page> }} tabs */
export async function drive({ open }) {
  const spans = []
  const metrics = []
  const collector = createServer(async (request, response) => {
    let body = ''
    for await (const part of request.setEncoding('utf8')) body += part
    const { resourceSpans = [], resourceMetrics = [] } = body === '' ? {} : JSON.parse(body)
    spans.push(...resourceSpans.flatMap((each) => each.scopeSpans).flatMap((each) => each.spans))
    metrics.push(...resourceMetrics.flatMap((each) => each.scopeMetrics).flatMap((each) => each.metrics))
    response.writeHead(200, { ...cors, 'content-type': 'application/json' }).end('{}')
  })
  await new Promise((resolve) => collector.listen(0, '127.0.0.1', () => resolve(undefined)))
  try {
    const page = await open(`?collector=http://127.0.0.1:${collector.address().port}`)
    const output = page.getByText(/^(?:done|failed): /)
    await output.waitFor()
    const shown = await output.innerText()
    if (shown !== 'done: 42') return shown
  } finally {
    collector.close()
  }
  const method = (span) => span.attributes.find(({ key }) => key === 'atelier.task.method')?.value.stringValue
  if (!spans.some((span) => span.name === 'atelier.task' && method(span) === 'double'))
    return `no span of the call arrived, but ${JSON.stringify(spans)}`
  if (!metrics.some(({ name }) => name === 'task.success.total'))
    return `no count of the call arrived, but ${JSON.stringify(metrics.map(({ name }) => name))}`
  return ''
}
