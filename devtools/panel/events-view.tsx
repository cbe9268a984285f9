/** The Events view: the log of the workers and the page, newest first. */
import type { ReactNode } from 'react'
import { formatMs } from '../model/format.ts'
import type { EventRow } from '../model/types.ts'
import type { PanelView } from './panel-state.ts'
import type { PanelStore } from './panel-store.ts'

interface EventsViewProps {
  readonly view: PanelView
  readonly store: PanelStore
}

export function EventsView({ view, store }: EventsViewProps): ReactNode {
  if (view.events.length === 0)
    return (
      <div className="empty">
        <h3>No event yet</h3>
        <p>Starts, crashes and ends of workers are listed here, and when the page was hidden.</p>
      </div>
    )
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached by keyboard
    <div className="scroll" tabIndex={0} role="region" aria-label="Events, the newest first">
      <table className="events">
        <thead>
          <tr>
            <th scope="col">time</th>
            <th scope="col">event</th>
            <th scope="col">task</th>
            <th scope="col">what</th>
          </tr>
        </thead>
        <tbody>
          {view.events.map((event) => (
            <tr key={event.row} className={`event-${event.kind}`}>
              <td>
                <button
                  type="button"
                  aria-label={`Show ${formatTime(event.time - view.startTime)} in the timeline`}
                  onClick={() => store.reveal(event.time)}
                >
                  {formatTime(event.time - view.startTime)}
                </button>
              </td>
              <th scope="row">
                <span aria-hidden="true">{GLYPHS[event.kind]}</span> {event.kind}
              </th>
              <td>{event.taskId !== undefined && <TaskLink event={event} view={view} store={store} />}</td>
              <td className="text">{event.text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const GLYPHS: Partial<Record<EventRow['kind'], string>> = { crash: '✕', error: '✕', ready: '✓', reject: '⊗' }

function TaskLink({ event, view, store }: EventsViewProps & { readonly event: EventRow }) {
  const { taskId = '', workerIndex } = event
  const task = view.taskNames.get(`${event.runtimeId} ${taskId}`) ?? taskId
  return (
    <button type="button" onClick={() => store.set({ tab: 'calls', filter: `task:${task}`, firstRow: 0 })}>
      {task}
      {workerIndex === undefined ? '' : ` #${workerIndex}`}
    </button>
  )
}

/** The time as on the axis of the timeline: relative to the start of the recording. */
function formatTime(ms: number): string {
  return ms < 0 ? `−${formatMs(-ms)}` : formatMs(ms)
}
