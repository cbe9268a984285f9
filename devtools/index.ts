/** `atelier-react/devtools`: the panel that says why work was slow. In production its components render nothing. */

export { AtelierDevtools, AtelierDevtoolsPanel } from './atelier-devtools.tsx'
export type {
  AtelierDevtoolsHandle,
  AtelierDevtoolsPanelProps,
  AtelierDevtoolsProps,
  DevtoolsTheme,
} from './panel/devtools-props.ts'
export { type Recorder, type RecorderOptions, startRecorder } from './recorder/recorder.ts'
