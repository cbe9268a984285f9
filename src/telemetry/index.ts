/**
 * `atelier-react/telemetry`: `import 'atelier-react/telemetry'` puts the code of spans, measures, metrics and events into the
 * page's own bundle. Without it the code is a chunk that loads at the first call, and writes what happened meanwhile.
 */
import { installRecorder } from './late-recording.ts'
import { createRecorder } from './record/recorder.ts'

installRecorder(createRecorder)
