/** Telemetry is there from the first call, as `atelier-react/testing` has it; the suites that load it late say so. */
import 'atelier-react/telemetry'
