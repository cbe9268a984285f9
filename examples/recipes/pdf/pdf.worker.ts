import { createTaskWorker, taskContext } from 'atelier-react/worker'
import * as pdfjs from 'pdfjs-dist'
// Runs pdf.js on this thread, which is not the page's.
import * as pdfjsWorker from 'pdfjs-dist/build/pdf.worker.mjs'

Object.assign(globalThis, { pdfjsWorker })

const handlers = {
  /** The text of each page. */
  async *pages(file: Blob): AsyncGenerator<string> {
    const { progress } = taskContext()
    const loading = pdfjs.getDocument({ data: await file.arrayBuffer() })
    try {
      const pdf = await loading.promise
      for (let number = 1; number <= pdf.numPages; number++) {
        const page = await pdf.getPage(number)
        const { items } = await page.getTextContent()
        progress(number / pdf.numPages)
        yield items.map((item) => ('str' in item ? item.str : '')).join(' ')
      }
    } finally {
      await loading.destroy()
    }
  },
}

createTaskWorker(handlers)
export type PdfApi = typeof handlers
