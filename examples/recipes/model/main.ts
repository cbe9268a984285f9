import { createTaskRuntime } from 'atelier-react/core'
import { check, recipe } from '../page.ts'
import { model } from './model.ts'

const RATE = 16_000
let seed = 1
const noise = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647 - 0.5

/** Vowels, as a throat makes them: pulses of air through the resonances of a mouth. */
function vowels(seconds: number): Float32Array {
  const mouths = [
    [730, 1_090, 2_440],
    [270, 2_290, 3_010],
    [570, 840, 2_410],
  ].map((formants) =>
    formants.map((hertz) => ({
      a: 2 * Math.exp((-Math.PI * 110) / RATE) * Math.cos((2 * Math.PI * hertz) / RATE),
      b: -Math.exp((-2 * Math.PI * 110) / RATE),
      last: [0, 0] as [number, number],
    })),
  )
  let phase = 0
  const samples = Float32Array.from({ length: seconds * RATE }, (_, at) => {
    const time = at / RATE
    phase += (120 * (1 + 0.08 * Math.sin(2 * Math.PI * 3 * time))) / RATE
    let air = noise() * 0.01
    if (phase >= 1) {
      phase -= 1
      air += 1
    }
    const sounds = mouths.map((mouth) => {
      let sound = air
      for (const each of mouth) {
        const next = sound + each.a * each.last[0] + each.b * each.last[1]
        each.last = [next, each.last[0]]
        sound = next * 0.1
      }
      return sound
    })
    const loudness = Math.sqrt(Math.max(0, Math.sin(Math.PI * ((time * 5) % 1))))
    return (sounds[Math.floor(time * 5) % 3] ?? 0) * loudness
  })
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
  return samples.map((sample) => (sample / peak) * 0.3)
}

const median = (numbers: readonly number[]) =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN

void recipe(async () => {
  const runtime = createTaskRuntime()
  const task = runtime.defineTask(model)
  const starts = new Set<unknown>()
  runtime.subscribeRuntimeSnapshot(({ tasks }) => starts.add(tasks[0]?.workers.list[0]?.startProgress))

  const heard = async (samples: Float32Array) => {
    const all: number[] = []
    for await (const likely of task.speech(samples)) all.push(likely)
    check(all.length === Math.floor(samples.length / 512), 'a number for each frame')
    return median(all)
  }
  const silence = await heard(new Float32Array(RATE))
  const hiss = await heard(Float32Array.from({ length: RATE }, () => noise() * 0.4))
  const voice = await heard(vowels(1))
  check(silence < 0.1 && hiss < 0.3 && voice > 0.7, `silence ${silence}, noise ${hiss}, voice ${voice}`)
  check(starts.has('starting the runtime'), 'the page saw how far the start was')

  // Somebody who has left stops the model between two frames.
  let frames = 0
  for await (const likely of task.speech(new Float32Array(600 * RATE)))
    if (++frames === 3 && likely < 0.5) break
  await task.control.whenIdle()
  check(task.control.getSnapshot().counts.canceled === 1, 'it stops')
  check((await heard(vowels(0.5))) > 0.5, 'and the model is there for the next')
  await runtime.close()
  return `silence ${silence.toFixed(2)}, noise ${hiss.toFixed(2)}, voice ${voice.toFixed(2)}`
})
