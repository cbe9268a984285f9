/** Worker of the images: decodes, resizes, blurs, and finds the colours, on canvases that are off the screen. */
import { createTaskWorker, transfer } from 'atelier-react/worker'

const handlers = {
  /** The photograph, not wider or higher than `side`. */
  async decode(file: Blob, side: number): Promise<ImageBitmap> {
    const whole = await createImageBitmap(file)
    const scale = Math.min(1, side / Math.max(whole.width, whole.height))
    const small = await createImageBitmap(whole, {
      resizeWidth: Math.max(1, Math.round(whole.width * scale)),
      resizeHeight: Math.max(1, Math.round(whole.height * scale)),
      resizeQuality: 'high',
    })
    whole.close()
    return transfer(small, [small])
  },

  blur(image: ImageBitmap, radius: number): ImageBitmap {
    const { canvas, context } = canvasOf(image.width, image.height)
    context.filter = `blur(${radius}px)`
    context.drawImage(image, 0, 0)
    image.close()
    const blurred = canvas.transferToImageBitmap()
    return transfer(blurred, [blurred])
  },

  /** The colours that most of the pixels are close to, the most frequent first. */
  palette(image: ImageBitmap, count: number): string[] {
    const { context } = canvasOf(image.width, image.height)
    context.drawImage(image, 0, 0)
    const { data } = context.getImageData(0, 0, image.width, image.height)
    image.close()
    const boxes = new Map<number, { pixels: number; sums: [number, number, number] }>()
    for (let at = 0; at < data.length; at += 4) {
      const [red = 0, green = 0, blue = 0] = data.subarray(at, at + 3)
      // Eight steps of each colour.
      const box = ((red >> 5) << 6) | ((green >> 5) << 3) | (blue >> 5)
      const known = boxes.get(box) ?? { pixels: 0, sums: [0, 0, 0] }
      known.pixels += 1
      known.sums[0] += red
      known.sums[1] += green
      known.sums[2] += blue
      boxes.set(box, known)
    }
    return [...boxes.values()]
      .sort((a, b) => b.pixels - a.pixels)
      .slice(0, count)
      .map(({ pixels, sums }) => `rgb(${sums.map((sum) => Math.round(sum / pixels)).join(' ')})`)
  },
}

function canvasOf(width: number, height: number) {
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!context) throw new Error('This browser has no canvas of two dimensions in workers')
  return { canvas, context }
}

createTaskWorker(handlers)
export type ImagesApi = typeof handlers
