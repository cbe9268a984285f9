/** `atelier-react/devtools/production`: the same panel where you want it in production too, such as on an admin page. */

export {
  MountedDevtools as AtelierDevtools,
  MountedPanel as AtelierDevtoolsPanel,
} from './panel/mounted.tsx'
export type {
  AtelierDevtoolsPanelProps,
  AtelierDevtoolsProps,
  DevtoolsTheme,
} from './panel/devtools-props.ts'
export { type Recorder, type RecorderOptions, startRecorder } from './recorder/recorder.ts'
