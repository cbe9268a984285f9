/** The registry of `docs/semconv` against what a program emits, both ways. */
import { SpanKind } from '@opentelemetry/api'
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base'
import * as known from '@opentelemetry/semantic-conventions'
import Ajv from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as constants from '../../../src/telemetry/names.ts'
import packageJson from '../../../package.json' with { type: 'json' }
import schema from './semconv/semconv.schema.json' with { type: 'json' }
import { type Emitted, emitEverything } from './semconv/everything.ts'
import {
  definedAttributes,
  isOfType,
  manifest,
  readRegistryFile,
  registry,
  registryFiles,
  type ResolvedGroup,
} from './semconv/registry.ts'
import { resetOtel } from './support.ts'

let emitted: Emitted

beforeAll(async () => {
  emitted = await emitEverything()
})
afterAll(resetOtel)

const group = (id: string): ResolvedGroup => {
  const found = registry.find((one) => one.id === id)
  if (!found) throw new Error(`no group ${id}`)
  return found
}
const sorted = (names: Iterable<string>) => [...new Set(names)].sort()

/** In what a group and the attributes that were seen do not agree. */
function disagreements({ attributes }: ResolvedGroup, seen: readonly Record<string, unknown>[]): string[] {
  const listed = attributes.map(({ name }) => name)
  const emittedNames = sorted(seen.flatMap((one) => Object.keys(one)))
  return [
    ...emittedNames.filter((name) => !listed.includes(name)).map((name) => `${name} is not in the registry`),
    ...attributes.flatMap(({ name, type, isRequired }) => {
      const values = seen.flatMap((one) => (name in one ? [one[name]] : []))
      if (values.length === 0) return `${name} is not emitted`
      if (isRequired && values.length < seen.length) return `${name} is missing at times`
      const strange = values.find((value) => !isOfType(value, type))
      return strange === undefined ? [] : `${name} has the value ${String(strange)}`
    }),
  ]
}

describe('the registry', () => {
  it.each(registryFiles)('%s is in the format of OpenTelemetry', (file) => {
    const ajv = new Ajv({ strict: false, allErrors: true })
    const isValid = ajv.validate(schema, readRegistryFile(file))
    expect(isValid ? [] : ajv.errors).toEqual([])
  })

  it('is of the version of the package, and builds on the schema that the scope names', () => {
    const [builtOn, ...others] = manifest.dependencies.map(({ schema_url }) => schema_url)
    expect([builtOn, ...others]).toEqual([constants.SCHEMA_URL])
    // Weaver takes a registry for its own dependency where the two have one name.
    expect(manifest.schema_url).not.toBe(builtOn)
    expect(manifest.schema_url.split('/').at(-1)).toBe(packageJson.version)
  })

  it('defines each attribute once, and refers to nothing that is not there', () => {
    const ids = registryFiles.flatMap((file) =>
      readRegistryFile(file).groups.flatMap(({ attributes = [] }) =>
        attributes.flatMap(({ id }) => id ?? []),
      ),
    )
    expect(ids).toEqual(sorted(ids).toSorted((a, b) => ids.indexOf(a) - ids.indexOf(b)))
    const conventional = new Set<unknown>(Object.values(known))
    const referred = registry.flatMap(({ attributes }) => attributes.map(({ name }) => name))
    expect(referred.filter((name) => !definedAttributes.has(name) && !conventional.has(name))).toEqual([])
    // And it defines none that nothing uses, and all that the code has a name for.
    const used = registry
      .filter(({ type }) => type !== 'attribute_group')
      .flatMap(({ attributes }) => attributes.map(({ name }) => name))
    expect([...definedAttributes.keys()].filter((name) => !used.includes(name))).toEqual([])
    const other =
      /^(SCOPE_NAME|SCHEMA_URL|TASK_SPAN|TRACE_SPAN|REQUEUE_EVENT|RETRY_EVENT|OTHER|DEFAULT_RUNTIME_NAME)$/
    const named = Object.entries(constants).filter(
      ([name, value]) => typeof value === 'string' && !other.test(name),
    )
    expect(named.filter(([, value]) => !used.includes(value as string))).toEqual([])
  })
})

describe('spans', () => {
  // Traces and spans of handlers have names of the application's.
  const kindOf = ({ name, attributes }: ReadableSpan) =>
    name === 'atelier.task' ? 'task' : 'atelier.trace.span_count' in attributes ? 'trace' : 'worker'
  const spansOf = (id: string) => emitted.spans.filter((span) => id === `span.atelier.${kindOf(span)}`)
  const ids = registry.filter(({ type }) => type === 'span').map(({ id }) => id)

  it.each(ids)('%s has the attributes that the registry lists', (id) => {
    const spans = spansOf(id)
    expect(spans.length).toBeGreaterThan(0)
    expect(spans.filter(({ kind }) => kind !== SpanKind.INTERNAL)).toEqual([])
    expect(group(id).span_kind).toBe('internal')
    // The format knows no links: their attributes are listed with those of the span.
    const seen = spans.map((span) =>
      Object.assign({}, span.attributes, ...span.links.map((link) => link.attributes)),
    )
    expect(disagreements(group(id), seen)).toEqual([])
  })

  it.each(ids)('%s starts with those that are relevant for sampling', (id) => {
    const relevant = group(id).attributes.filter(({ atStart }) => atStart)
    const names = new Set(spansOf(id).map(({ name }) => name))
    const started = emitted.started.filter(({ name }) => names.has(name))
    expect(sorted(started.flatMap(({ attributes }) => attributes))).toEqual(
      sorted(relevant.map(({ name }) => name)),
    )
  })

  it.each(ids)('%s has the events that the registry lists', (id) => {
    const events = spansOf(id).flatMap((span) => span.events)
    const listed = (group(id).events ?? []).map(group)
    expect(sorted(events.map(({ name }) => name))).toEqual(sorted(listed.map(({ name = '' }) => name)))
    const attributesOf = (event: ResolvedGroup) =>
      events.filter(({ name }) => name === event.name).map(({ attributes = {} }) => attributes)
    expect(listed.flatMap((event) => disagreements(event, attributesOf(event)))).toEqual([])
  })
})

describe('metrics', () => {
  it('are those that the registry lists: names, instruments, units, descriptions', () => {
    const own = emitted.metrics.map(({ name, instrument, unit, description }) => ({
      name,
      instrument,
      unit,
      description,
    }))
    const listed = registry
      .filter(({ type }) => type === 'metric')
      .map(({ metric_name: name, instrument, unit, brief: description }) => ({
        name,
        instrument,
        unit,
        description,
      }))
    const byName = (a: { name?: string | undefined }, b: { name?: string | undefined }) =>
      String(a.name).localeCompare(String(b.name))
    expect(own.toSorted(byName)).toEqual(listed.toSorted(byName))
    expect(sorted(emitted.metrics.map(({ scope }) => scope))).toEqual(['atelier'])
  })

  const ids = registry.filter(({ type }) => type === 'metric').map(({ id }) => id)

  it.each(ids)('%s has the attributes that the registry lists', (id) => {
    const { metric_name: named } = group(id)
    const points = emitted.metrics.filter(({ name }) => name === named).flatMap((metric) => metric.points)
    expect(points.length).toBeGreaterThan(0)
    expect(disagreements(group(id), points)).toEqual([])
  })
})
