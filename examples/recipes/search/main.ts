import { createTaskRuntime } from 'atelier-react/core'
import { check, recipe } from '../page.ts'
import { search } from './search.ts'
import type { Note } from './search.worker.ts'

const SUBJECTS = ['lighthouse', 'harbour', 'orchard', 'railway', 'glacier', 'monastery', 'vineyard', 'canal']
const PLACES = ['north', 'south', 'coast', 'valley', 'border', 'island']

const notes: Note[] = Array.from({ length: 3_000 }, (_, at) => {
  const subject = SUBJECTS[at % SUBJECTS.length] as string
  const place = PLACES[(at >> 3) % PLACES.length] as string
  return {
    id: `${at}`,
    title: `The ${subject} ${at}`,
    text: `A walk to the ${subject} in the ${place}, on day ${at}.`,
  }
})

void recipe(async () => {
  await (await navigator.storage.getDirectory()).removeEntry('notes.index.json').catch(() => {})
  const runtime = createTaskRuntime()
  const task = runtime.defineTask(search)
  await task.add(notes)
  const [first] = await task.search('lighthous island')
  check(first?.title.includes('lighthouse'), `a typing error is forgiven: ${first?.title}`)

  // While somebody types, what is searched already is given up.
  const typed = ['g', 'gl', 'gla', 'glacier'].map((text) => task.search(text))
  const [last, ...others] = (await Promise.allSettled(typed)).reverse()
  check(last?.status === 'fulfilled' && last.value[0]?.title.includes('glacier'), 'the last text counts')
  check(
    others.every((each) => each.status === 'rejected' && each.reason.code === 'superseded'),
    'and none of the others',
  )

  // What is saved outlives the worker. What is not is lost with it, and its file stays whole.
  await task.control.checkpoint()
  await task.add([{ id: 'lost', title: 'Unsaved', text: 'Nobody has saved this yet.' }])
  task.control.simulateCrash(0)
  check((await task.search('unsaved', 1)).length === 0, 'what was not saved is gone')
  check((await task.count()) === notes.length, 'what was saved is there')

  // The end of the page: close() saves, and so does a page that is hidden.
  await task.add([{ id: 'kept', title: 'Saved at the end', text: 'On the way out.' }])
  await runtime.close()
  const later = createTaskRuntime()
  const again = later.defineTask({ ...search })
  check((await again.search('way out', 1))[0]?.id === 'kept', 'the next page finds it')
  const count = await again.count()
  await later.close()
  return `${count} notes`
})
