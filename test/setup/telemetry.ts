/** Telemetry and workers are there from the first call, as `atelier-react/testing` has it; the suites that load them late say so. */
import 'atelier-react/telemetry'
import '../../src/pool/side-at-once.ts'
