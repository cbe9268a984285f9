/** The Events view: the log of workers and of the page, the newest first. */
import type { ReactNode } from 'react'
import { formatMs } from '../model/format.ts'
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
        <p>Nothing yet. Starts, crashes and ends of workers are listed here.</p>
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
            <th scope="col">what</th>
          </tr>
        </thead>
        <tbody>
          {view.events.map((event) => (
            <tr key={event.row} className={`event-${event.kind}`}>
              <td>{formatMs(Math.max(0, event.time))}</td>
              <th scope="row">{event.kind}</th>
              <td className="text">
                {event.taskId === undefined ? (
                  event.text
                ) : (
                  <button
                    type="button"
                    onClick={() => store.set({ tab: 'calls', filter: `task:${event.taskId}`, firstRow: 0 })}
                  >
                    {event.text}
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
