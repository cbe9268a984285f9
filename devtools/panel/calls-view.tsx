/** The Calls view: a filter, an order, and a list that renders only its visible rows. */
import type { KeyboardEvent, ReactNode } from 'react'
import { totalMs } from '../model/call-times.ts'
import { counted, formatAge, formatMs } from '../model/format.ts'
import type { CallRow } from '../model/types.ts'
import { EarlierCalls, NoCalls } from './empty.tsx'
import { PhaseBar } from './phase-bar.tsx'
import { type PanelView, SORTS, type Sort } from './panel-state.ts'
import type { PanelStore } from './panel-store.ts'
import { rowHeight, useRowsOnScreen } from './rows-on-screen.ts'
import { GLYPHS, isOpen, nameOf } from './traceparent.ts'

interface CallsViewProps {
  readonly view: PanelView
  readonly store: PanelStore
}

export function CallsView({ view, store }: CallsViewProps): ReactNode {
  return (
    <div className="calls">
      <Filter view={view} store={store} />
      <EarlierCalls view={view} />
      {view.droppedCalls > 0 && (
        <p className="note">
          Oldest {counted(view.droppedCalls, 'call')} dropped. A larger buffer: startRecorder({'{'} calls:{' '}
          {(100_000).toLocaleString('en')} {'}'}).
        </p>
      )}
      {view.list.recorded === 0 ? <NoCalls /> : <List view={view} store={store} />}
    </div>
  )
}

function Filter({ view, store }: CallsViewProps): ReactNode {
  const { list, filter, sort } = view
  return (
    <div className="filter" role="search" aria-label="Calls">
      <input
        type="search"
        aria-label="Filter calls"
        placeholder="Filter: status:open wait:>500 task:resize"
        list="suggestions"
        value={filter}
        onChange={({ target }) => store.set({ filter: target.value, firstRow: 0 })}
      />
      <datalist id="suggestions">
        {list.suggestions.map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
      <span className="hits">
        {list.problems.length > 0
          ? `Not understood: ${list.problems.join(' ')}`
          : counted(list.total, 'call')}
      </span>
      <select
        aria-label="Order"
        value={sort}
        onChange={({ target }) => store.set({ sort: target.value as Sort, firstRow: 0 })}
      >
        {SORTS.map((each) => (
          <option key={each} value={each}>
            {each === 'newest' ? 'newest first' : `longest ${each}`}
          </option>
        ))}
      </select>
    </div>
  )
}

function List({ view, store }: CallsViewProps): ReactNode {
  const { list, selected } = view
  const scroller = useRowsOnScreen(store)
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    event.stopPropagation()
    const at = list.rows.findIndex(({ row }) => row === selected)
    const next = at < 0 ? 0 : Math.max(0, Math.min(list.rows.length - 1, at + step))
    store.set({ selected: list.rows[next]?.row, traceId: undefined })
    const top = (list.first + next) * rowHeight(event.currentTarget)
    const { scrollTop, clientHeight } = event.currentTarget
    if (top < scrollTop || top > scrollTop + clientHeight - 2 * rowHeight(event.currentTarget))
      event.currentTarget.scrollTop = Math.max(0, top - clientHeight / 2)
  }
  return (
    <>
      <div className="titles" aria-hidden="true">
        <span>status</span>
        <span className="name">call</span>
        <span className="worker">worker</span>
        <span>waited and ran</span>
        <span className="number">total</span>
        <span className="age number">age</span>
        <span className="trace">trace</span>
      </div>
      <div
        {...scroller}
        className="list"
        role="grid"
        tabIndex={0}
        aria-label="Calls"
        aria-rowcount={list.total}
        aria-activedescendant={selected === undefined ? undefined : `call-${selected}`}
        onKeyDown={onKeyDown}
      >
        <div
          className="list-space"
          role="presentation"
          style={{ height: `calc(var(--row) * ${list.total})` }}
        >
          <div
            className="list-rows"
            role="rowgroup"
            style={{ transform: `translateY(calc(var(--row) * ${list.first}))` }}
          >
            {list.rows.map((call, index) => (
              <Row key={call.row} call={call} index={list.first + index} view={view} store={store} />
            ))}
          </div>
        </div>
      </div>
    </>
  )
}

interface RowProps extends CallsViewProps {
  readonly call: CallRow
  readonly index: number
}

function Row({ call, index, view, store }: RowProps): ReactNode {
  const isSelected = view.selected === call.row
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the arrow keys of the grid do the same
    <div
      id={`call-${call.row}`}
      className={`row${isOpen(call) ? ' open' : ''}`}
      role="row"
      aria-rowindex={index + 1}
      aria-selected={isSelected}
      onClick={() => store.set({ selected: call.row, traceId: undefined })}
    >
      <span role="gridcell" className={`state state-${call.status}`}>
        <span aria-hidden="true">{GLYPHS[call.status]}</span> <span className="word">{call.status}</span>
      </span>
      <span role="gridcell" className="name">
        {nameOf(call)}
        {call.key === undefined ? '' : `(${call.key})`}
      </span>
      <span role="gridcell" className="soft worker">
        {call.workerIndex === undefined ? '' : `#${call.workerIndex}`}
      </span>
      <span role="gridcell" className="bar-cell">
        <PhaseBar call={call} now={view.now} scale={view.list.longestMs} />
      </span>
      <span role="gridcell" className="number">
        {formatMs(totalMs(call, view.now))}
      </span>
      <span role="gridcell" className="age number soft">
        {formatAge(view.now - call.createdTime)}
      </span>
      <span role="gridcell" className="soft trace">
        {call.traceName ?? call.traceId.slice(0, 8)}
      </span>
    </div>
  )
}
