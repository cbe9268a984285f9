import { createTaskRuntime } from 'atelier-react/core'
import { check, errorOf, recipe } from '../page.ts'
import { images } from './codecs.ts'
import type { Pixels } from './codecs.worker.ts'

/** A picture: soft colours, and an edge that tells whether it is the right way up. */
function picture(width: number, height: number): Pixels {
  const context = new OffscreenCanvas(width, height).getContext('2d') as OffscreenCanvasRenderingContext2D
  const colours = context.createLinearGradient(0, 0, width, height)
  colours.addColorStop(0, 'orange')
  colours.addColorStop(1, 'teal')
  context.fillStyle = colours
  context.fillRect(0, 0, width, height)
  context.fillStyle = 'black'
  context.fillRect(0, 0, width / 4, height / 2)
  return { data: context.getImageData(0, 0, width, height).data as Pixels['data'], width, height }
}

void recipe(async () => {
  const runtime = createTaskRuntime()
  const task = runtime.defineTask({ ...images, maxCallsPerWorker: 5 })
  const pictures = Array.from({ length: 12 }, (_, index) => picture(256 + 16 * index, 256))
  const sizes = pictures.map(({ data }) => data.byteLength)

  const files: ArrayBuffer[] = []
  for await (const file of task.control.map('encode', pictures, { ordered: true })) files.push(file)
  check(files.length === 12, 'each picture has its file')
  check(
    pictures.every(({ data }) => data.byteLength === 0),
    'pixels are moved',
  )
  check(
    files.every((file, index) => file.byteLength * 10 < (sizes[index] ?? 0)),
    'files are small',
  )

  // The browser reads them, and so does the decoder.
  const shown = await createImageBitmap(new Blob([files[3] as ArrayBuffer], { type: 'image/webp' }))
  check(shown.width === 256 + 48 && shown.height === 256, 'the size is that of the picture')
  const decoded = await task.decode(files[3] as ArrayBuffer)
  const original = picture(256 + 48, 256)
  let difference = 0
  for (const [at, value] of decoded.data.entries()) difference += Math.abs(value - (original.data[at] ?? 0))
  check(difference / decoded.data.length < 4, 'what is decoded is the picture')

  const started = Promise.withResolvers<void>()
  const huge = task.with({ onStart: started.resolve }).encode(picture(4_000, 4_000), 95)
  await started.promise
  huge.abort('the user has left')
  check((await errorOf(huge)).code === 'aborted', 'a picture can be given up')
  check((await task.encode(picture(64, 64))).byteLength > 0, 'and the next one is done')
  await runtime.close()
  return `${files.length} pictures`
})
