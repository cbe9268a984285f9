/** The page of a hook: its guide, with the live story where the guide says that there is one, and the story's code. */
import { Canvas, Markdown, Source } from '@storybook/addon-docs/blocks'
import type { ComponentProps } from 'react'

interface HookPageProps {
  /** The text of its page in docs/hooks/. */
  readonly guide: string
  readonly story: NonNullable<ComponentProps<typeof Canvas>['of']>
  /** The text of the file of stories. */
  readonly code: string
}

const REPOSITORY = 'https://github.com/atelier-react/atelier/blob/main/docs'

/** The line of a guide that says where its story is. */
const LIVE = /^Live: .*$/m

export function HookPage({ guide, story, code }: HookPageProps) {
  const [before = '', after = ''] = guide.split(LIVE)
  return (
    <>
      <Markdown>{withLinks(before)}</Markdown>
      <Canvas of={story} sourceState="none" />
      <Markdown>{withLinks(after)}</Markdown>
      <Markdown>## The code of the story</Markdown>
      <Source code={componentsIn(code)} language="tsx" />
    </>
  )
}

/** What a reader would write: without what makes it a story, and a test. */
function componentsIn(code: string): string {
  const components = code.slice(0, code.indexOf('\nconst meta = '))
  return components
    .replaceAll(/^(\/\*\* .*|import .* from '(@?storybook\/.*|.*story-testing.*)')\n/gm, '')
    .trim()
}

/** Links of a guide lead to other guides: to the page of a hook in here, and to the repository for the rest. */
function withLinks(markdown: string): string {
  return markdown.replaceAll(/\]\((?!https?:|#)([^)]+)\)/g, (_, target: string) => {
    const hook = /^(?:\.\/)?([\w-]+)\.md/.exec(target)?.[1]
    if (hook) return `](?path=/docs/hooks-${hook.replaceAll('-', '')}--docs)`
    return `](${new URL(target, `${REPOSITORY}/hooks/`).href})`
  })
}
