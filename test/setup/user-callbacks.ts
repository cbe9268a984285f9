/**
 * Every function that users hand to the library: each is a place where any public call may come back in, or where something is
 * thrown. Each names the test that shows what follows, and the row or the words by which it is found there.
 */
interface Shown {
  readonly file: string
  readonly row: string
}

const core = (row: string): Shown => ({ file: 'test/unit/runtime/reentrant-callbacks.test.ts', row })
const many = (row: string): Shown => ({ file: 'test/unit/runtime/reentrancy.test.ts', row })
const talk = (row: string): Shown => ({ file: 'test/unit/runtime/reentrant-conversation.test.ts', row })
const hook = (row: string): Shown => ({ file: 'test/react/reentrancy.test.tsx', row })
const render = (row: string): Shown => ({ file: 'test/react/reentrant-render.test.tsx', row })
const worker = (file: string, row: string): Shown => ({ file: `test/unit/${file}`, row })

/** By the type or the function that asks for it. The types of the package lead a test to each of these. */
export const userCallbacks: Readonly<Record<string, Shown>> = {
  'TaskOptions.worker': core("what: 'the factory'"),
  'TaskOptions.affinity': talk("what: 'affinity'"),
  'TaskDispatchOptions.onStart': core("what: 'onStart'"),
  'TaskDispatchOptions.onProgress': core("what: 'onProgress'"),
  'TaskRuntime.subscribeEvents(listener)': core("what: 'a listener of events'"),
  'TaskRuntime.subscribeRuntimeSnapshot(listener)': core("what: 'a listener of snapshots'"),
  'TaskRetry.shouldRetry': talk("what: 'shouldRetry'"),
  'CodecConfig.encode': talk("what: 'encode of a codec'"),
  'CodecConfig.decode': talk("what: 'decode of a codec, for a result'"),
  'CodecConfig.transfer': talk("what: 'transfer of a codec'"),
  'HighWaterMark.size': talk("what: 'the size of an item'"),
  'SharedEngine.broker': {
    file: 'test/browser/shared/broker-faults.test.ts',
    row: 'leaves no worker behind when it throws',
  },
  'TaskControl.on(listener)': talk("what: 'a listener of what workers emit'"),
  'TaskRuntime.trace(fn)': talk("what: 'the function of a trace'"),
  'TraceOptions.parent.spanContext': talk("what: 'the span context of a parent'"),
  'SpanContext.traceState.serialize': worker('telemetry/faults.test.ts', "'traceState.serialize'"),
  'DevtoolsSession.subscribe(listener)': worker(
    'devtools/recorder.test.ts',
    'that throws, or takes another one off',
  ),
  'TraceContext.start': talk("what: 'the start of a trace'"),
  'callback(fn)': talk("what: 'a function that a handler calls'"),
  'parallelLimit(fn)': talk("what: 'the function of parallelLimit'"),
  'ParallelLimitOptions.keyOf': many('keyOf of map and parallelLimit'),
  'ParallelLimitOptions.onError': many('onError of parallelLimit'),
  'UseTaskCallOptions.onSuccess': hook("'call.onSuccess'"),
  'UseTaskCallOptions.onError': hook("'call.onError'"),
  'UseTaskCallOptions.onSettled': hook("'call.onSettled'"),
  'UseTaskStreamOptions.onItem': hook("'stream.onItem'"),
  'UseTaskStreamOptions.onSuccess': hook("'stream.onSuccess'"),
  'UseTaskStreamOptions.onError': hook("'stream.onError'"),
  'UseTaskMapOptions.onSuccess': hook("'map.onSuccess'"),
  'UseTaskMapOptions.onError': hook("'map.onError'"),
  'useTaskMap(each)': {
    file: 'test/react/map-of-a-function.test.tsx',
    row: 'a function may call back in',
  },
  'useRuntimeEvents(listener)': hook("'events'"),
  'useTaskEvent(listener)': hook("'task.event'"),
  'UseTaskCallOptions.throwOnError': render("'call.throwOnError'"),
  'UseTaskStreamOptions.throwOnError': render("'stream.throwOnError'"),
  'UseTaskQueryOptions.throwOnError': render("'query.throwOnError'"),
  'UseTaskQueryOptions.select': render("'query.select'"),
  'UseTaskQueryOptions.placeholderData': render("'query.placeholderData'"),
  'UseSuspenseTaskQueryOptions.select': render("'suspense.select'"),
  'UseTaskMapOptions.keyOf': render("'map.keyOf'"),
  'useRuntimeSnapshot(select)': render("'runtime.select'"),
  'UseRuntimeSnapshotOptions.isEqual': render("'runtime.isEqual'"),
  'useTaskSnapshot(select)': render("'task.select'"),
  'UseTaskSnapshotOptions.isEqual': render("'task.isEqual'"),
  'OwnedRuntimeProps.createRuntime': render("'createRuntime'"),
  'TaskWorkerLifecycle.setup': worker('pool/setup-data.test.ts', 'setup'),
  'TaskWorkerLifecycle.checkpoint': { file: 'test/browser/pools.test.ts', row: 'checkpoint' },
  'TaskWorkerLifecycle.teardown': worker('worker/harness.test.ts', 'teardown'),
  'TaskContext.span(fn)': worker('worker/worker-spans.test.ts', 'throw'),
}

/** Functions that the types do not lead to: of mapped types, of `unknown`, of registries. */
export const otherCallbacks: Readonly<Record<string, Shown>> = {
  'MethodOptions.keyOf': core("what: 'keyOf'"),
  'MethodOptions.attributes': core("what: 'attributes of a method'"),
  'TaskConfig.setupData': talk("what: 'setupData'"),
  'subscribeEvents(listener, { kinds })': talk("what: 'a listener of the steps of calls'"),
  'DevtoolsRegistry.listeners': talk("what: 'a listener of developer tools'"),
  'the source of a map': many('the source of a map'),
  'abort listeners of signals': many('a listener of a signal, before the call has one'),
}

/** Types whose values the library makes: their functions come back to it as they left. `children` are React's. */
export const madeByTheLibrary: readonly string[] = [
  'AbortedKeys',
  'CallColumns',
  'Codec',
  'CodecsInUse',
  'AtelierDevtoolsHandle',
  'DevtoolsActions',
  'DevtoolsSession',
  'Recorder',
  'RuntimeKeys',
  'TaskControl',
  'TaskHandle',
  'TaskQuery',
  'TaskRuntime',
  'Trace',
  'TraceSource',
]

/** Asked for what it is, and called by nobody; or the clock of a test; or given by the library itself, to what it made. */
export const neverCalledBack: readonly string[] = [
  'CodecsInUse.decoded(refused)',
  'RecorderOptions.now',
  'TaskRuntime.abort(what).task.control.getSnapshot',
  'TaskQuery.~prefetch(define)',
  'TraceContext.end',
]
