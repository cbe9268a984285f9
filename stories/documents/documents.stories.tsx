/** The main job end to end: real documents through real workers, every call traced. */
import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, fireEvent, userEvent, waitFor, within } from 'storybook/test'
import { loadCorpus } from './corpus/load-corpus.ts'
import { difficultFiles } from './corpus/difficult-files.ts'
import { ownFiles } from './corpus/own-files.ts'
import type { DemoHandle } from './demo-summary.ts'
import { DocumentsDemo } from './documents-demo.tsx'
import { searchPlainly } from './plain-search.ts'

declare global {
  /** Set while the story is shown: the headless run of `npm start` asks it how the run went. */
  var __atelierDemo: DemoHandle | undefined
}

const meta = {
  title: 'Workflows/Documents',
  // A page of all of them would index the addresses several times at once.
  tags: ['!autodocs'],
  component: DocumentsDemo,
  args: {
    onReady: (handle) => {
      globalThis.__atelierDemo = handle
    },
  },
  // The handle of the story before is not this one's.
  beforeEach: () => () => {
    globalThis.__atelierDemo = undefined
  },
} satisfies Meta<typeof DocumentsDemo>

export default meta
type Story = StoryObj<typeof meta>

export const StateOfTheUnion: Story = {
  // Axe would walk the page in the middle of the run, in one task of half a second, and the page would rightly report
  // it as its longest. The stories below are checked.
  globals: { a11y: { manual: true } },
}

/** Each bad file has a row that says why; the others finish. */
export const BadFiles: Story = {
  args: {
    loadSources: async (options) => [
      ...ownFiles(await difficultFiles()),
      ...(await loadCorpus(options)).slice(0, 12),
    ],
  },
  play: async ({ canvas, step }) => {
    await untilSettled()
    await step('the others finish', async () => {
      await expect(canvas.getByText('12 of 16 documents indexed')).toBeVisible()
    })
    await step('the slowest document opens in the panel', async () => {
      const [slowest] = await canvas.findAllByRole('button', { name: /^Why it took so long: / }, patient)
      const name = slowest?.textContent.replace('Why it took so long: ', '') ?? 'none'
      if (slowest) await userEvent.click(slowest)
      const panel = canvas.getByRole('region', { name: 'Why it took so long' })
      await expect(panel).toHaveFocus()
      await waitFor(() => expect(openTraceText(panel)).toMatch(/Why [\d.]+ (ms|s)\?/), patient)
      await expect(openTraceText(panel)).toContain(name)
    })
    await step('each bad file says why it was not indexed', async () => {
      await userEvent.click(canvas.getByRole('button', { name: /^Failed/ }))
      const rows = canvas.getAllByRole('listitem').map((row) => row.textContent)
      for (const [name, reason] of [
        ['empty.txt', 'The file is empty'],
        ['photograph.jpg', 'The file is binary, not text'],
        ['fifty-megabytes.txt', 'The file is too large: 50 MB, and the limit is 20 MB'],
        ['vanished.txt', 'The file '],
      ] as const) {
        await expect(rows.filter((row) => row.includes(name) && row.includes(reason))).toHaveLength(1)
      }
    })
  },
}

export const NoDocuments: Story = {
  args: { loadSources: () => Promise.resolve([]) },
  play: async ({ canvas }) => {
    await expect(await canvas.findByText(/^No documents yet/)).toBeVisible()
    // Numbers are for what has run, and terms of the trade for no one.
    await expect(canvas.getAllByText('not yet')).toHaveLength(5)
    await expect(canvas.queryByText(/BM25|Flesch|p50|p95|0 %/)).toBeNull()
  },
}

/** Files of one's own, chosen or dropped, among no others. */
export const OwnFiles: Story = {
  ...NoDocuments,
  play: async ({ canvas, step }) => {
    await canvas.findByText(/^No documents yet/)
    await step('a chosen file is indexed and found', async () => {
      await userEvent.upload(
        canvas.getByLabelText('Text files to index'),
        new File(['The lighthouse keeper wrote letters. Letters came back.'], 'keeper.txt'),
      )
      await untilSettled()
      await search(canvas, 'lighthouse')
      await waitFor(() => expect(foundTitles(canvas)).toEqual(['keeper.txt']))
    })
    await step('so is one that is dropped anywhere on the page', async () => {
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(new File(['Another lighthouse, another coast.'], 'coast.txt'))
      const drop = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true })
      await expect(canvas.getByRole('main').dispatchEvent(drop)).toBe(false)
      await waitFor(() => expect(canvas.getByText('2 of 2 documents indexed')).toBeVisible())
      await waitFor(() => expect(foundTitles(canvas).toSorted()).toEqual(['coast.txt', 'keeper.txt']))
    })
  },
}

export const AddressesDoNotLoad: Story = {
  args: { loadSources: () => Promise.reject(new Error('1790_george_washington_n.txt did not load: 503.')) },
  play: async ({ canvas }) => {
    await expect(await canvas.findByRole('alert')).toHaveTextContent('503')
  },
}

/** Tests of the main story; in the sidebar they would only be the same page again. */
const testOnly = ['!dev', '!autodocs']

export const WhileItRuns: Story = { tags: testOnly }

export const EveryAddressIsIndexed: Story = {
  tags: testOnly,
  play: async ({ canvas, step }) => {
    await untilSettled()
    const summary = shownDemo().summary()
    const { documents, failures, tasks } = summary

    await step('every document ends indexed, under three spans each', async () => {
      await expect(documents).toMatchObject({ all: 233, done: 233 })
      await expect(failures).toBe(0)
      // One more call of the index: the key phrases are scored again when all documents are there.
      await expect(tasks.map(({ taskName, spans }) => [taskName, spans])).toEqual([
        ['parse', 233],
        ['analyze', 233],
        ['index', 234],
      ])
      await expect(canvas.getByText('233 of 233 documents indexed')).toBeVisible()
    })

    for (const word of ['yorktown', 'Sputnik', 'telegraph']) {
      await step(`“${word}” finds exactly the addresses that hold it`, async () => {
        await search(canvas, word)
        const expected = await searchPlainly(word)
        await expect(expected.length).toBeGreaterThan(1)
        await waitFor(() => expect(foundTitles(canvas)).toHaveLength(expected.length))
        await expect(foundTitles(canvas).toSorted()).toEqual(expected.map(({ title }) => title).toSorted())
      })
    }

    await step('the ranking puts the address that uses the word most densely first', async () => {
      await search(canvas, 'Sputnik')
      const expected = await searchPlainly('Sputnik')
      await waitFor(() => expect(foundTitles(canvas)).toEqual(expected.map(({ title }) => title)))
    })

    await step('each keystroke supersedes the one before', async () => {
      const before = shownDemo().summary().supersededSearches
      const box = canvas.getByRole('searchbox', { name: 'Search' })
      // In one turn: the index cannot have answered in between.
      for (const value of ['m', 'mo', 'moo', 'moon']) void fireEvent.change(box, { target: { value } })
      await expect(
        await canvas.findByText(/^\d+ documents of 233 hold “moon”/, undefined, patient),
      ).toBeVisible()
      await waitFor(() => expect(shownDemo().summary().supersededSearches - before).toBe(3))
    })

    await step('an absent word finds nothing, and the page says so', async () => {
      await expect(await searchPlainly('blockchain')).toEqual([])
      await search(canvas, 'blockchain')
      await expect(
        await canvas.findByText('None of 233 documents holds “blockchain”.', undefined, patient),
      ).toBeVisible()
      await expect(canvas.queryByRole('list', { name: 'Documents found' })).toBeNull()
    })
  },
}

export const CanceledHalfWay: Story = {
  tags: testOnly,
  play: async ({ canvas, step }) => {
    await step('an answer follows the index while it grows', async () => {
      await search(canvas, 'congress')
      const asked = async () =>
        Number(
          (await canvas.findByText(/so far hold/, undefined, patient)).textContent?.match(/of (\d+)/)?.[1],
        )
      const early = await asked()
      await waitFor(async () => expect(await asked()).toBeGreaterThan(early), patient)
    })
    await waitFor(() => expect(shownDemo().summary().documents.done).toBeGreaterThan(20), patient)
    await userEvent.click(canvas.getByRole('button', { name: 'Cancel all' }))
    await untilSettled()

    await step('no call stays open', async () => {
      await waitFor(() => expect(openCalls()).toBe(0))
      const { done, canceled, all } = shownDemo().summary().documents
      await expect(canceled).toBeGreaterThan(0)
      await expect(done + canceled).toBe(all)
    })

    await step('it runs again from the beginning, to the end', async () => {
      await userEvent.click(canvas.getByRole('button', { name: 'Run again' }))
      await waitFor(() => expect(shownDemo().phase()).toBe('running'))
      await untilSettled()
      await expect(shownDemo().summary().documents).toMatchObject({ all: 233, done: 233 })
    })
  },
}

export const CanceledAndRunAgain: Story = {
  tags: testOnly,
  args: { loadSources: async (options) => (await loadCorpus(options)).slice(0, 24) },
  play: async ({ canvas, step }) => {
    const list = await canvas.findByRole('region', { name: 'List of documents' }, patient)
    let title = ''
    await step('a double click cancels, and does not start again', async () => {
      // The last of them waits longest.
      const button = (await canvas.findAllByRole('button', { name: /^Cancel \d/ }, patient)).at(-1)
      title = button?.getAttribute('aria-label')?.replace('Cancel ', '') ?? ''
      if (button) await userEvent.dblClick(button)
      await untilSettled()
      await expect(shownDemo().summary().documents).toMatchObject({ done: 23, canceled: 1 })
    })
    const again = await canvas.findByRole('button', { name: `Run ${title} again` }, patient)
    await step('the focus stays on the button', () => expect(again).toHaveFocus())
    await step('it goes to the list when the button does', async () => {
      await userEvent.keyboard('{Enter}')
      await waitFor(() => expect(shownDemo().summary().documents.done).toBe(24), patient)
      await waitFor(() => expect(list).toHaveFocus())
    })
    await step('the buttons of all documents keep it', async () => {
      const runAgain = canvas.getByRole('button', { name: 'Run again' })
      await waitFor(() => expect(runAgain).not.toHaveAttribute('aria-disabled'))
      await userEvent.click(runAgain)
      await expect(runAgain).toHaveFocus()
      await untilSettled()
      await expect(runAgain).toHaveFocus()
    })
    await step('what one adds oneself is in sight', async () => {
      await userEvent.click(canvas.getByRole('button', { name: /^Canceled/ }))
      await userEvent.click(canvas.getByRole('button', { name: 'Try four bad files' }))
      await waitFor(() => expect(within(list.ownerDocument.body).getByText('empty.txt')).toBeVisible())
      await expect(canvas.getByRole('button', { name: /^All/ })).toHaveAttribute('aria-pressed', 'true')
      await expect(canvas.getAllByRole('listitem').some((row) => row.textContent.includes('empty.txt'))).toBe(
        true,
      )
    })
  },
}

type Canvas = ReturnType<typeof within>

/** The whole corpus on a busy machine. */
const patient = { timeout: 60_000 }

function shownDemo(): DemoHandle {
  if (!globalThis.__atelierDemo) throw new Error('The story has not called onReady.')
  return globalThis.__atelierDemo
}

function openCalls(): number {
  const { tasks } = shownDemo().snapshot()
  return tasks.reduce((sum, { queue }) => sum + queue.inFlight + queue.pending + queue.blocked, 0)
}

async function untilSettled(): Promise<void> {
  await waitFor(() => expect(shownDemo().phase()).toBe('settled'), patient)
}

/** What the panel says: it is in a shadow root. */
/** Of the open trace: its name, and why it took so long. */
function openTraceText(panel: HTMLElement): string {
  const host = [...panel.querySelectorAll('*')].find(({ shadowRoot }) => shadowRoot)
  const pane = host?.shadowRoot?.querySelector('[aria-label="Trace"]')
  return `${pane?.querySelector('h3')?.textContent} ${pane?.querySelector('.why')?.textContent}`
}

async function search(canvas: Canvas, query: string): Promise<void> {
  const box = canvas.getByRole('searchbox', { name: 'Search' })
  await userEvent.clear(box)
  await userEvent.type(box, query)
}

function foundTitles(canvas: Canvas): string[] {
  const list = canvas.queryByRole('list', { name: 'Documents found' })
  if (!list) return []
  return within(list)
    .getAllByRole('listitem')
    .map((item) => item.querySelector('.hit-title')?.textContent ?? '')
}
