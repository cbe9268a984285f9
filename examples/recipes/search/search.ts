import { taskOptions } from 'atelier-react/core'
import type { SearchApi } from './search.worker.ts'

export const search = taskOptions<SearchApi>({
  taskName: 'search',
  type: 'singleton',
  worker: () => new Worker(new URL('./search.worker.ts', import.meta.url), { type: 'module' }),
  setupData: { path: 'notes.index.json' },
  methods: {
    // While somebody types, only the last text counts.
    search: { priority: 'high', keyMode: 'latest', keyOf: () => 'box' },
  },
})
