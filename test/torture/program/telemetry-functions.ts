/** Functions of OpenTelemetry that the library calls; a program may have one of them throw each time. */
export const broken = [
  'tracer.startSpan',
  'span.spanContext',
  'span.setAttribute',
  'span.setAttributes',
  'span.addEvent',
  'span.addLink',
  'span.setStatus',
  'span.recordException',
  'span.end',
  'meter.createCounter',
  'meter.createHistogram',
  'meter.createObservableGauge',
  'meter.addBatchObservableCallback',
  'meter.removeBatchObservableCallback',
  'counter.add',
  'histogram.record',
] as const
