import { createTaskWorker, taskContext } from 'atelier-react/worker'
import * as ort from 'onnxruntime-web/wasm'

/** What the page has loaded: the weights, and where the code of the runtime is. */
export interface ModelData {
  readonly weights: ArrayBuffer
  readonly wasm: string
}

const RATE = 16_000
const FRAME = 512

let session: ort.InferenceSession

/** One frame; `state` is what the model remembers of those before. */
async function hear(frame: Float32Array, state: ort.Tensor) {
  const input = new ort.Tensor('float32', frame, [1, FRAME])
  const sr = new ort.Tensor('int64', BigInt64Array.of(BigInt(RATE)))
  const { output, stateN } = await session.run({ input, state, sr })
  return { likely: (output as ort.Tensor).data[0] as number, state: stateN as ort.Tensor }
}

const nothingHeard = (): ort.Tensor => new ort.Tensor('float32', new Float32Array(2 * 128), [2, 1, 128])

const handlers = {
  /** How likely somebody speaks, for each 32 ms of sound (mono, 16 kHz). */
  async *speech(samples: Float32Array): AsyncGenerator<number> {
    const { progress, throwIfAborted } = taskContext()
    let state = nothingHeard()
    for (let at = 0; at + FRAME <= samples.length; at += FRAME) {
      throwIfAborted()
      const heard = await hear(samples.slice(at, at + FRAME), state)
      state = heard.state
      progress(at / samples.length)
      yield heard.likely
    }
  },
}

createTaskWorker(handlers, {
  async setup({ weights, wasm }: ModelData, { progress }) {
    ort.env.wasm.numThreads = 1
    ort.env.wasm.wasmPaths = { wasm }
    progress('starting the runtime')
    session = await ort.InferenceSession.create(weights)
    progress('warming up') // the first run is slow: nobody waits for it yet
    await hear(new Float32Array(FRAME), nothingHeard())
  },
  teardown: () => session.release(),
})
export type ModelApi = typeof handlers
