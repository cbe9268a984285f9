import decoderUrl from '@jsquash/webp/codec/dec/webp_dec.wasm?url'
import encoderUrl from '@jsquash/webp/codec/enc/webp_enc.wasm?url'
import simdEncoderUrl from '@jsquash/webp/codec/enc/webp_enc_simd.wasm?url'
import { taskOptions } from 'atelier-react/core'
import { simd } from 'wasm-feature-detect'
import type { Codecs, CodecsApi } from './codecs.worker.ts'

const compile = (url: string) => WebAssembly.compileStreaming(fetch(url))
let codecs: Promise<Codecs> | undefined

async function compileAll(): Promise<Codecs> {
  const [encoder, decoder] = await Promise.all([
    compile((await simd()) ? simdEncoderUrl : encoderUrl),
    compile(decoderUrl),
  ])
  return { encoder, decoder }
}

export const images = taskOptions<CodecsApi>({
  taskName: 'images',
  type: 'parallel',
  maxWorkers: 2,
  worker: () => new Worker(new URL('./codecs.worker.ts', import.meta.url), { type: 'module' }),
  setupData: () => (codecs ??= compileAll()),
  // Pixels and files move; nothing is copied.
  defaults: { transfer: 'auto', transferResult: 'auto' },
  // Wasm cannot notice an abort, so its worker is replaced.
  abortGraceMs: 100,
  // Memory of wasm never shrinks.
  maxCallsPerWorker: 50,
})
