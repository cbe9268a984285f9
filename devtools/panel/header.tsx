/** The header: how the page is doing in one word and a few figures, and the controls for the whole panel. */
import type { ReactNode } from 'react'
import { formatMs } from '../model/format.ts'
import type { Verdict, VerdictName } from '../model/results.ts'
import { exportFile, openFile } from './files.ts'
import type { PanelView } from './panel-state.ts'
import type { PanelStore } from './panel-store.ts'

const WORDS: Record<VerdictName, string> = {
  idle: '● Idle',
  healthy: '✓ Healthy',
  saturated: '▲ Saturated',
  'page-bound': '◼ Page-bound',
  crashing: '✕ Crashing',
  failed: '✕ Failed',
}

const DOCKS = [
  { dock: 'bottom', sign: '⬓', words: 'Dock to the bottom' },
  { dock: 'right', sign: '◨', words: 'Dock to the right' },
  { dock: 'window', sign: '⧉', words: 'Open in a window' },
] as const

interface HeaderProps {
  readonly view: PanelView
  readonly store: PanelStore
  readonly isDocked: boolean
}

export function Header({ view, store, isDocked }: HeaderProps): ReactNode {
  const { figures, runtimes } = view
  return (
    <header className="header">
      <h2>
        <span aria-hidden="true">◆</span> Atelier
      </h2>
      {runtimes.length > 1 && (
        <select
          aria-label="Runtime"
          value={view.runtimeId ?? ''}
          onChange={({ target }) =>
            store.set({ runtimeId: target.value === '' ? undefined : Number(target.value), firstRow: 0 })
          }
        >
          <option value="">all runtimes</option>
          {runtimes.map(({ id, name, ordinal, isDisposed }) => (
            <option key={id} value={id}>
              {name}
              {ordinal > 0 ? ` #${ordinal + 1}` : ''}
              {isDisposed ? ' (disposed)' : ''}
            </option>
          ))}
        </select>
      )}
      <button
        type="button"
        className={`verdict verdict-${view.verdict.name}`}
        title={view.verdict.text}
        onClick={() => store.set(evidence(view.verdict))}
      >
        <strong>{WORDS[view.verdict.name]}</strong>
        <span>{view.verdict.text}</span>
      </button>
      {view.isSimulated && (
        <button type="button" className="simulated" onClick={() => store.set({ tab: 'tasks' })}>
          Slow-down simulated
        </button>
      )}
      <dl className="figures">
        <Figure value={`${figures.busyWorkers} / ${figures.workerLimit}`} label="workers busy" />
        <Figure
          value={figures.waiting.toLocaleString('en')}
          label={figures.waiting > 0 ? `waiting, oldest ${formatMs(figures.oldestWaitMs)}` : 'waiting'}
        />
        <Figure value={figures.calls.toLocaleString('en')} label={`calls, ${figures.failed} failed`} />
        <Figure value={formatMs(figures.p95WaitMs)} label="p95 wait" />
        <Figure value={formatMs(figures.p95RunMs)} label="p95 run" />
        <Figure value={formatMs(figures.longestFrameMs)} label="longest frame" />
      </dl>
      <div className="tools" role="group" aria-label="Panel">
        {view.isLive ? (
          <>
            <button type="button" aria-pressed={view.isRecording} onClick={store.toggleRecording}>
              {view.isRecording ? '● Recording' : '○ Record'}
            </button>
            <button
              type="button"
              className="pause"
              aria-pressed={view.isFrozen}
              title="Freezes the picture; the runtime goes on"
              onClick={store.toggleFrozen}
            >
              {view.isFrozen ? 'View paused' : 'Pause view'}
            </button>
            <button type="button" onClick={store.clear}>
              Clear
            </button>
          </>
        ) : (
          <button type="button" onClick={() => store.show(undefined)}>
            Close file
          </button>
        )}
        <Files store={store} />
        {isDocked && (
          <>
            {DOCKS.filter(({ dock }) => dock !== view.dock).map(({ dock, sign, words }) => (
              <button
                key={dock}
                type="button"
                aria-label={words}
                title={words}
                onClick={() => (dock === 'window' ? store.openWindow?.() : store.moveTo(dock))}
              >
                {sign}
              </button>
            ))}
            <button type="button" aria-label="Close" onClick={store.toggle}>
              ✕
            </button>
          </>
        )}
      </div>
    </header>
  )
}

function Files({ store }: { readonly store: PanelStore }): ReactNode {
  return (
    <details className="menu">
      <summary>Export</summary>
      <div className="menu-items">
        <button type="button" onClick={() => void exportFile('session', store)}>
          Session file
        </button>
        <button type="button" onClick={() => void exportFile('chrome', store)}>
          Chrome trace
        </button>
        <button type="button" onClick={() => void exportFile('otlp', store)}>
          OTLP JSON
        </button>
        <label>
          Open a session file
          <input
            type="file"
            accept=".json,application/json"
            onChange={({ target }) => {
              const file = target.files?.[0]
              if (file) void openFile(file, store)
              target.value = ''
            }}
          />
        </label>
      </div>
    </details>
  )
}

function Figure({ value, label }: { readonly value: string; readonly label: string }): ReactNode {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  )
}

/** The view that shows why. */
function evidence({ view, filter }: Verdict) {
  return { tab: view, filter, firstRow: 0, selected: undefined }
}
