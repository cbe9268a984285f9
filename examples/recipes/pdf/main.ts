import { createTaskRuntime } from 'atelier-react/core'
import { check, errorOf, recipe } from '../page.ts'
import type { PdfApi } from './pdf.worker.ts'

/** A document with a line of text on each page. */
function makePdf(lines: readonly string[]): Blob {
  const pages = lines.map((_, index) => `${4 + 2 * index} 0 R`)
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Count ${lines.length} /Kids [${pages.join(' ')}] >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    ...lines.flatMap((line, index) => {
      const content = `BT /F1 24 Tf 72 700 Td (${line}) Tj ET`
      return [
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents ${5 + 2 * index} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`,
        `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
      ]
    }),
  ]
  let text = '%PDF-1.4\n'
  const offsets = objects.map((object, index) => {
    const offset = text.length
    text += `${index + 1} 0 obj\n${object}\nendobj\n`
    return `${String(offset).padStart(10, '0')} 00000 n \n`
  })
  const start = text.length
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.join('')}`
  text += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF`
  return new Blob([text], { type: 'application/pdf' })
}

void recipe(async () => {
  const runtime = createTaskRuntime()
  const pdf = runtime.defineTask<PdfApi>({
    taskName: 'pdf',
    type: 'parallel',
    maxWorkers: 2,
    worker: () => new Worker(new URL('./pdf.worker.ts', import.meta.url), { type: 'module' }),
  })
  const lines = Array.from({ length: 40 }, (_, index) => `page ${index + 1} of the report`)
  const file = makePdf(lines)
  let most = 0
  const read: string[] = []
  for await (const text of pdf.with({ onProgress: (part) => (most = Number(part)) }).pages(file))
    read.push(text)
  check(JSON.stringify(read) === JSON.stringify(lines), `the text of each page: ${read[0]}`)
  check(most > 0, 'progress is told')

  // Who has found what it looks for leaves, and the document is freed.
  const found: string[] = []
  for await (const text of pdf.pages(file)) {
    found.push(text)
    if (text.includes('page 3 ')) break
  }
  check(found.length === 3, 'the search stops')

  const broken = pdf.pages(new Blob(['no pdf']))
  const error = await errorOf(broken[Symbol.asyncIterator]().next())
  check(error.name === 'InvalidPDFException', `a broken file says so: ${error.name}`)
  await runtime.close()
  return `${read.length} pages`
})
