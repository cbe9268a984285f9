/** Decoded OTLP requests as the flat records that tests compare. Runs in Node. */
import type { Plain } from './otlp-messages.ts'
import type { ReceivedMetric, ReceivedPoint, ReceivedSpan, Scope } from './received.ts'

type Fields = { readonly [field: string]: Plain }

const fields = (value: Plain | undefined): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
const list = (value: Plain | undefined): Fields[] => (Array.isArray(value) ? value.map(fields) : [])
const text = (value: Plain | undefined): string => (value === undefined ? '' : String(value))

export function spansOf(request: Plain): ReceivedSpan[] {
  return list(fields(request)['resourceSpans']).flatMap((resource) =>
    list(resource['scopeSpans']).flatMap((scopeSpans) =>
      list(scopeSpans['spans']).map((span) => spanOf(span, scopeOf(scopeSpans, resource))),
    ),
  )
}

export function metricsOf(request: Plain): ReceivedMetric[] {
  return list(fields(request)['resourceMetrics']).flatMap((resource) =>
    list(resource['scopeMetrics']).flatMap((scopeMetrics) =>
      list(scopeMetrics['metrics']).map((metric) => metricOf(metric, scopeOf(scopeMetrics, resource))),
    ),
  )
}

function scopeOf(container: Fields, resource: Fields): Scope {
  const scope = fields(container['scope'])
  const about = attributesOf(fields(resource['resource'])['attributes'])
  return {
    name: text(scope['name']),
    version: text(scope['version']),
    schemaUrl: text(container['schemaUrl']),
    service: about['service.name'],
    sdk: about['telemetry.sdk.version'],
  }
}

function spanOf(span: Fields, scope: Scope): ReceivedSpan {
  const status = fields(span['status'])
  return {
    scope,
    traceId: text(span['traceId']),
    spanId: text(span['spanId']),
    parentSpanId: text(span['parentSpanId']),
    name: text(span['name']),
    kind: text(span['kind']),
    start: text(span['startTimeUnixNano']),
    end: text(span['endTimeUnixNano']),
    attributes: attributesOf(span['attributes']),
    status: text(status['code'] ?? 'STATUS_CODE_UNSET'),
    statusMessage: text(status['message']),
    events: list(span['events']).map((event) => ({
      name: text(event['name']),
      time: text(event['timeUnixNano']),
      attributes: attributesOf(event['attributes']),
    })),
    links: list(span['links']).map((link) => ({
      traceId: text(link['traceId']),
      spanId: text(link['spanId']),
      attributes: attributesOf(link['attributes']),
    })),
  }
}

function metricOf(metric: Fields, scope: Scope): ReceivedMetric {
  const kind = (['sum', 'gauge', 'histogram'] as const).find((name) => name in metric)
  if (kind === undefined) throw new Error(`${text(metric['name'])} is of no known kind`)
  const data = fields(metric[kind])
  return {
    scope,
    name: text(metric['name']),
    unit: text(metric['unit']),
    description: text(metric['description']),
    kind,
    monotonic: data['isMonotonic'] === true,
    temporality: text(data['aggregationTemporality']),
    points: list(data['dataPoints']).map((point) => pointOf(point, kind)),
  }
}

function pointOf(point: Fields, kind: ReceivedMetric['kind']): ReceivedPoint {
  const attributes = attributesOf(point['attributes'])
  if (kind !== 'histogram') return { attributes, value: Number(point['asInt'] ?? point['asDouble']) }
  return {
    attributes,
    count: Number(point['count']),
    sum: Number(point['sum']),
    bounds: (point['explicitBounds'] as number[] | undefined) ?? [],
    buckets: ((point['bucketCounts'] as string[] | undefined) ?? []).map(Number),
  }
}

function attributesOf(value: Plain | undefined): Record<string, unknown> {
  return Object.fromEntries(list(value).map((pair) => [text(pair['key']), anyValue(fields(pair['value']))]))
}

function anyValue(value: Fields): unknown {
  if ('arrayValue' in value) return list(fields(value['arrayValue'])['values']).map(anyValue)
  if ('intValue' in value) return Number(value['intValue'])
  return value['stringValue'] ?? value['doubleValue'] ?? value['boolValue']
}
