import decodeWebp, { init as initDecoder } from '@jsquash/webp/decode.js'
import encodeWebp, { init as initEncoder } from '@jsquash/webp/encode.js'
import { createTaskWorker } from 'atelier-react/worker'

export interface Pixels {
  readonly data: Uint8ClampedArray<ArrayBuffer>
  readonly width: number
  readonly height: number
}

/** Compiled once on the page; the workers share the code. */
export interface Codecs {
  readonly encoder: WebAssembly.Module
  readonly decoder: WebAssembly.Module
}

const handlers = {
  encode: ({ data, width, height }: Pixels, quality = 75): Promise<ArrayBuffer> =>
    encodeWebp(new ImageData(data, width, height), { quality }),
  async decode(file: ArrayBuffer): Promise<Pixels> {
    const { data, width, height } = await decodeWebp(file)
    return { data: data as Pixels['data'], width, height }
  },
}

createTaskWorker(handlers, {
  async setup({ encoder, decoder }: Codecs) {
    await initEncoder(encoder)
    await initDecoder(decoder)
  },
})
export type CodecsApi = typeof handlers
