import weightsUrl from '@ricky0123/vad-web/dist/silero_vad_v5.onnx?url'
import { taskOptions } from 'atelier-react/core'
import wasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url'
import type { ModelApi, ModelData } from './model.worker.ts'

async function load(): Promise<ModelData> {
  const response = await fetch(weightsUrl)
  if (!response.ok) throw new Error(`The weights answered ${response.status}`)
  return { weights: await response.arrayBuffer(), wasm: new URL(wasmUrl, location.href).href }
}

export const model = taskOptions<ModelApi>({
  taskName: 'model',
  // One worker: each has the weights, and the runtime, in its memory.
  type: 'singleton',
  worker: () => new Worker(new URL('./model.worker.ts', import.meta.url), { type: 'module' }),
  setupData: load,
  startTimeoutMs: 60_000,
  // Frees the memory when nobody has asked for five minutes.
  idleTimeoutMs: 300_000,
})
