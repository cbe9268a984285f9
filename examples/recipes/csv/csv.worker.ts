import { createTaskWorker, taskContext } from 'atelier-react/worker'
import Papa from 'papaparse'

type Row = Record<string, string>

/** The rows of a file, a megabyte of text at a time; the parser waits for its reader. */
function rowsOf(file: Blob): ReadableStream<Row[]> {
  let parser: Papa.Parser | undefined
  return new ReadableStream<Row[]>({
    start(controller) {
      Papa.parse<Row>(file as File, {
        header: true,
        skipEmptyLines: true,
        chunkSize: 2 ** 20,
        chunk({ data }, current) {
          parser = current
          current.pause()
          controller.enqueue(data)
        },
        complete: ({ meta }) => {
          if (!meta.aborted) controller.close()
        },
        error: (error) => controller.error(error),
      })
    },
    pull: () => parser?.resume(),
    cancel: () => parser?.abort(),
  })
}

const handlers = {
  /** The rows in which a column has a value, in batches. */
  async *find(file: Blob, column: string, value: string): AsyncGenerator<Row[]> {
    const reader = rowsOf(file).getReader()
    try {
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        const found = part.value.filter((row) => row[column] === value)
        if (found.length > 0) yield found
      }
    } finally {
      await reader.cancel() // also after a return on the page
    }
  },

  /** What a column adds up to, by the values of another one. */
  async sums(file: Blob, column: string, by: string): Promise<Record<string, number>> {
    const { progress, throwIfAborted } = taskContext()
    const sums: Record<string, number> = {}
    const reader = rowsOf(file).getReader()
    let read = 0
    try {
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        throwIfAborted()
        for (const row of part.value) {
          const group = row[by] ?? ''
          sums[group] = (sums[group] ?? 0) + Number(row[column])
        }
        progress(Math.min(1, (read += 2 ** 20) / file.size))
      }
    } finally {
      await reader.cancel()
    }
    return sums
  },
}

createTaskWorker(handlers)
export type CsvApi = typeof handlers
