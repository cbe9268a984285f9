/** The types of what a worker sends besides its results: progress by method, events by name, and callbacks. */
import type { CallbackFunction } from './callback.ts'
import type { Cloned } from './cloned.ts'
import type { MethodOf } from './task.ts'

/** What {@link TaskApi} adds to handlers: the type of each method's progress, and the payload of each event. */
export interface TaskExtra {
  /** By method: the type of the values that its handler passes to `progress`. */
  readonly progress?: object
  /** By name: the types of the payloads of the events that the worker emits. */
  readonly events?: object
  /** The types of the codecs, or of a list of them: objects of their classes keep their class. */
  readonly codecs?: unknown
}

/**
 * A worker's API with the types of its progress and its events. Export it from the worker file instead of `typeof handlers`. Put the
 * extra types into a separate type, and pass that to `taskContext` and `emit` as well.
 *
 * @example
 * type Extra = { progress: { hash: number }; events: { changed: { rows: number } } }
 * export type EngineApi = TaskApi<typeof handlers, Extra>
 */
export type TaskApi<Handlers, Extra extends ExtraFor<Handlers, Extra>> = Handlers & {
  /** Carries the types; does not exist at run time. */
  readonly '~extra'?: Extra
}

/** {@link TaskExtra} of these handlers: progress under a name that none of them has is a mistake, and the error says so. */
interface ExtraFor<Handlers, Extra> extends TaskExtra {
  readonly progress?: 'progress' extends keyof Extra
    ? {
        readonly [Name in keyof Extra['progress']]: Name extends keyof Handlers
          ? unknown
          : `There is no handler "${Name & string}" that could have progress`
      }
    : object
}

/** The extra types of an API; or the type itself, where it is they. */
type ExtraOf<Api> = '~extra' extends keyof Api
  ? NonNullable<Api['~extra']>
  : Api extends { readonly [Name in 'progress' | 'events']?: (...args: never[]) => unknown }
    ? unknown
    : Api

/** The types of progress by method. */
type ProgressTypes<Api> = 'progress' extends keyof ExtraOf<Api> ? ExtraOf<Api>['progress'] : unknown

/** The types of payloads by event. */
type EventTypes<Api> = 'events' extends keyof ExtraOf<Api> ? ExtraOf<Api>['events'] : unknown

/**
 * The type of the values that a handler passes to `progress`, as they arrive: plain data without methods, because codecs do not apply
 * to progress. For several methods, the union; `unknown` without {@link TaskApi}.
 */
export type ProgressOf<Api, Method extends string = MethodOf<Api>> = {
  [Name in Method]: Name extends keyof ProgressTypes<Api> ? Cloned<ProgressTypes<Api>[Name]> : unknown
}[Method]

/** Names of the events of a worker; any string without {@link TaskApi}. */
export type EventOf<Api> = unknown extends EventTypes<Api> ? string : keyof EventTypes<Api> & string

/** The payload of an event, as it arrives: plain data, as with {@link ProgressOf}; `unknown` without {@link TaskApi}. */
export type EventPayloadOf<Api, Event extends string> = Event extends keyof EventTypes<Api>
  ? Cloned<EventTypes<Api>[Event]>
  : unknown

/** Information about an event. */
export interface TaskEventInfo {
  /** Which of the task's workers emitted it. */
  readonly workerIndex: number
  /** How many events of this worker were lost right before this one, because the page could not keep up. */
  readonly dropped: number
}

/** Options of {@link Emit}. */
export interface EmitOptions {
  /** Within a frame, the newest payload of the event wins. Use it for state of which only the last value matters. @default false */
  readonly coalesce?: boolean | undefined
}

/**
 * Sends an event to the page. The payload is cloned at once, or transferred if it is marked with `transfer(value, list)`. Earlier
 * replies of the handlers arrive before it.
 *
 * @throws DOMException `DataCloneError` if the payload cannot be cloned; its message names the path.
 */
export type Emit<Extra = unknown> = (...args: EmitArgs<Extra>) => void

/** The arguments of {@link Emit}: the payload is that of the event which is named. */
export type EmitArgs<Extra> = {
  [Event in EventOf<Extra>]: undefined extends EventPayloadOf<Extra, Event>
    ? [event: Event, payload?: EventPayloadOf<Extra, Event>, options?: EmitOptions]
    : [event: Event, payload: EventPayloadOf<Extra, Event>, options?: EmitOptions]
}[EventOf<Extra>]

/**
 * The type of a callback parameter of a handler, made from the type of the function on the page. The function's result arrives as plain
 * data, as with {@link ProgressOf}.
 *
 * @example async import(file: Blob, onRow: Callback<(row: Row) => void>) { … }
 */
export type Callback<Fn extends (...args: never[]) => unknown> = CallbackFunction<
  Parameters<Fn>,
  Cloned<Awaited<ReturnType<Fn>>>
>
