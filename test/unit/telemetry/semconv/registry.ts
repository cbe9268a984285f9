/** The registry of `docs/semconv`, read and resolved: references looked up, `extends` followed. */
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { root } from '../../../../scripts/lib/entries.mjs'

export const registryFiles = ['attributes.yaml', 'spans.yaml', 'metrics.yaml'] as const

type AttributeType = string | { readonly members: readonly { readonly value: unknown }[] }

interface AttributeEntry {
  readonly id?: string
  readonly ref?: string
  readonly type?: AttributeType
  readonly requirement_level?: string | Readonly<Record<string, string>>
  readonly sampling_relevant?: boolean
}

interface Group {
  readonly id: string
  readonly type: 'attribute_group' | 'span' | 'event' | 'metric'
  readonly brief: string
  readonly extends?: string
  readonly attributes?: readonly AttributeEntry[]
  readonly events?: readonly string[]
  readonly name?: string
  readonly span_kind?: string
  readonly metric_name?: string
  readonly instrument?: string
  readonly unit?: string
}

export interface ResolvedAttribute {
  readonly name: string
  /** Undefined for one of another registry. */
  readonly type: AttributeType | undefined
  readonly isRequired: boolean
  readonly atStart: boolean
}

export interface ResolvedGroup extends Omit<Group, 'attributes'> {
  readonly attributes: readonly ResolvedAttribute[]
}

export function readRegistryFile(file: string): { readonly groups: readonly Group[] } {
  return parse(readFileSync(`${root}docs/semconv/${file}`, 'utf8')) as { groups: Group[] }
}

interface Manifest {
  readonly schema_url: string
  readonly dependencies: readonly { readonly schema_url: string }[]
}

export const manifest = parse(readFileSync(`${root}docs/semconv/manifest.yaml`, 'utf8')) as Manifest

const groups = registryFiles.flatMap((file) => readRegistryFile(file).groups)

/** Types of the attributes that the registry defines, by name. */
export const definedAttributes: ReadonlyMap<string, AttributeType> = new Map(
  groups.flatMap(({ attributes = [] }) =>
    attributes.flatMap(({ id, type }) => (id !== undefined && type !== undefined ? [[id, type]] : [])),
  ),
)

function entriesOf(group: Group): readonly AttributeEntry[] {
  const base = group.extends === undefined ? undefined : groups.find(({ id }) => id === group.extends)
  if (group.extends !== undefined && base === undefined) throw new Error(`${group.id} extends nothing`)
  return [...(base ? entriesOf(base) : []), ...(group.attributes ?? [])]
}

/** All groups, as what they say in full. */
export const registry: readonly ResolvedGroup[] = groups.map((group) => ({
  ...group,
  attributes: entriesOf(group).map(({ id, ref, requirement_level, sampling_relevant }) => {
    const name = ref ?? id ?? ''
    return {
      name,
      type: definedAttributes.get(name),
      isRequired: requirement_level === 'required',
      atStart: sampling_relevant === true,
    }
  }),
}))

/** Whether a value is what the registry says of the attribute. */
export function isOfType(value: unknown, type: AttributeType | undefined): boolean {
  if (type === undefined || type === 'string') return typeof value === 'string'
  if (type === 'boolean') return typeof value === 'boolean'
  if (type === 'int') return Number.isInteger(value)
  if (type === 'double') return typeof value === 'number'
  if (typeof type === 'string') throw new Error(`no check for the type ${type}`)
  return type.members.some((member) => member.value === value)
}
