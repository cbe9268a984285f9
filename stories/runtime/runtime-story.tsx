/** The frame of a picture of the runtime: what to look at, a button, the lanes, and what came of the calls. */
import { AtelierProvider, createTaskRuntime, useTask } from 'atelier-react'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { LaneLegend, Lanes } from '../ui/lanes/lanes.tsx'
import { useLanes } from '../ui/lanes/use-lanes.ts'
import '../ui/page.css'
import type { LabApi } from './lab.worker.ts'
import type { Scenario } from './scenarios.ts'

const createRuntime = () => createTaskRuntime({ name: 'lab' })

export function RuntimeStory({ scenario }: { readonly scenario: Scenario }) {
  return (
    <AtelierProvider createRuntime={createRuntime} graceMs={0}>
      <Picture scenario={scenario} />
    </AtelierProvider>
  )
}

function Picture({ scenario: { title, lead, code, task, run } }: { readonly scenario: Scenario }) {
  const lab = useTask<LabApi>(task)
  const { picture, clear } = useLanes()
  const [facts, setFacts] = useState<readonly string[]>()
  const [isRunning, setRunning] = useState(false)
  const start = async () => {
    clear()
    setRunning(true)
    setFacts(undefined)
    try {
      setFacts(await run(lab))
    } catch (error) {
      setFacts([String(error)])
    }
    setRunning(false)
  }
  return (
    <div className="page">
      <header>
        <h1>{title}</h1>
        <p className="lead">{lead}</p>
      </header>
      <main className="card">
        <div className="card-head">
          <Button tone="primary" isOff={isRunning} onClick={() => void start()}>
            {isRunning ? 'Running' : facts ? 'Run again' : 'Run'}
          </Button>
          <code className="code">{code}</code>
        </div>
        <Lanes picture={picture} label={title} />
        <LaneLegend />
        <ul className="facts" aria-live="polite" aria-label="What came of the calls">
          {facts?.map((fact) => (
            <li key={fact}>{fact}</li>
          ))}
        </ul>
      </main>
    </div>
  )
}
