/** Decodes what an OTLP/HTTP exporter posts, strictly by the published protobuf definitions. Runs in Node. */
import { fileURLToPath } from 'node:url'
import protobuf from 'protobufjs'

const protoRoot = fileURLToPath(new URL('./proto/', import.meta.url))
const services = {
  traces: 'opentelemetry/proto/collector/trace/v1/trace_service.proto',
  metrics: 'opentelemetry/proto/collector/metrics/v1/metrics_service.proto',
}
export type Signal = keyof typeof services

const requests: Readonly<Record<Signal, string>> = {
  traces: 'opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest',
  metrics: 'opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest',
}
/** OTLP/JSON writes these as hex, not as base64 (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding). */
const hexFields = new Set(['traceId', 'spanId', 'parentSpanId'])

let root: protobuf.Root | undefined

function definitions(): protobuf.Root {
  if (root === undefined) {
    root = new protobuf.Root()
    root.resolvePath = (_origin, target) => protoRoot + target
    root.loadSync(Object.values(services))
    root.resolveAll()
  }
  return root
}

/** Plain objects all the way down; 64-bit integers and enums as strings, bytes as hex. */
export type Plain = string | number | boolean | null | Plain[] | { [field: string]: Plain }

/**
 * The message that a body of JSON stands for, after a round through its binary form.
 *
 * @throws Error for a field that the definitions do not have, or a value that is not of the field's type.
 */
export function decodeJson(signal: Signal, body: string): Plain {
  const type = definitions().lookupType(requests[signal])
  const json = toMessage(JSON.parse(body), type, type.name)
  const problem = type.verify(json as Record<string, unknown>)
  if (problem !== null) throw new Error(problem)
  const message = type.decode(type.encode(type.fromObject(json as Record<string, unknown>)).finish())
  return bytesToHex(type.toObject(message, { longs: String, enums: String, arrays: true }))
}

/** Checks the names of all fields, and turns the hex of ids into bytes. */
function toMessage(value: unknown, type: protobuf.Type, path: string): unknown {
  if (typeof value !== 'object' || value === null) throw new Error(`${path} is no message`)
  const message: Record<string, unknown> = {}
  for (const [name, part] of Object.entries(value)) {
    const field = type.fields[name]
    if (field === undefined) throw new Error(`${path}.${name} is no field of ${type.fullName}`)
    const convert = (one: unknown, at: string) =>
      field.resolvedType instanceof protobuf.Type
        ? toMessage(one, field.resolvedType, at)
        : scalar(one, field, at)
    if (field.repeated !== Array.isArray(part)) throw new Error(`${path}.${name} has the wrong multiplicity`)
    message[name] = Array.isArray(part)
      ? part.map((one, index) => convert(one, `${path}.${name}[${index}]`))
      : convert(part, `${path}.${name}`)
  }
  return message
}

function scalar(value: unknown, field: protobuf.Field, path: string): unknown {
  if (!hexFields.has(field.name)) return integer(value, field, path)
  if (typeof value !== 'string' || !/^(?:[0-9a-f]{2})*$/.test(value)) throw new Error(`${path} is no hex`)
  return Buffer.from(value, 'hex')
}

/** 64-bit integers are decimal strings in JSON; protobufjs verifies the pairs of numbers that it keeps them as. */
function integer(value: unknown, field: protobuf.Field, path: string): unknown {
  if (!/^s?fixed64$|^s?u?int64$/.test(field.type)) return value
  if (typeof value === 'number' && Number.isInteger(value)) return value
  if (typeof value !== 'string' || !/^-?\d+$/.test(value)) throw new Error(`${path} is no integer`)
  const [low, high] = [BigInt(value), BigInt(value) >> 32n].map((part) => Number(BigInt.asIntN(32, part)))
  return { low, high, unsigned: !field.type.startsWith('s') && field.type !== 'int64' }
}

function bytesToHex(value: unknown): Plain {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (Array.isArray(value)) return value.map(bytesToHex)
  if (typeof value !== 'object' || value === null) return value as Plain
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, bytesToHex(part)]))
}
