// Finds what argocd-vault-plugin fills in: Secrets and ConfigMaps that can move, and placeholders elsewhere that cannot.
import { fieldOf, mapAt, mapsAt, textAt } from '../../manifest/nodes.ts';
import { quote } from '../../quote.ts';
import type { YamlMap, YamlNode, YamlScalar } from '../../yaml/node.ts';
import { connectionOf } from '../connection.ts';
import type { Input } from '../input.ts';
import { labelsOfSynced } from '../labels.ts';
import type { Movable, MovableValue, Obstacle } from '../movable.ts';
import type { Setup } from '../setup.ts';
import { type AvpSettings, isAvpAnnotation, readSettings, reportAnnotations } from './annotations.ts';
import { toObjectValue } from './object-value.ts';
import { hasMark, hasPlaceholder, type Part, parsePlaceholders } from './placeholder.ts';

/** The fields that the API server decodes from base64. */
const BYTES: ReadonlySet<string> = new Set(['Secret data', 'ConfigMap binaryData']);
const FIELDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['Secret', ['data', 'stringData']],
  ['ConfigMap', ['data', 'binaryData']],
]);

/** Reports placeholders that cannot move, and those left on purpose. */
export function findPlaceholders(inputs: readonly Input[], setup: Setup): readonly Movable[] {
  return inputs.flatMap((input) => {
    reportPlugin(input);
    const settings = readSettings(filledInAs(input), setup.kvVersion);
    const places = [...findTexts(input.map, [])].filter(({ node }) => isFilledIn(node.text, input, settings));
    reportUnreadAnnotations(input);
    if (settings.isIgnored) {
      const at = mapAt(input.map, 'metadata', 'annotations')?.at ?? input.map.at;
      input.report('left', at, 'left as it is, as the plugin leaves it (avp.kubernetes.io/ignore)');
      return [];
    }
    if (places.length === 0) return [];
    const fields = FIELDS.get(input.kind);
    const outside = places.filter(({ path }) => path.length !== 2 || !fields?.includes(path[0] ?? ''));
    if (fields === undefined) {
      for (const place of outside) input.report('outside-data', place.node.at, outsideText(place.path));
      return [];
    }
    return [toMovable(input, fields, outside, settings, setup)];
  });
}

interface TextPlace {
  readonly path: readonly string[];
  readonly node: YamlScalar;
}

function toMovable(
  input: Input,
  fields: readonly string[],
  outside: readonly TextPlace[],
  settings: AvpSettings,
  setup: Setup,
): Movable {
  const obstacles: Obstacle[] = outside.map(({ path, node }) => ({
    kind: 'outside-data',
    at: node.at,
    why: outsideText(path),
  }));
  const values = new Map<string, MovableValue>();
  for (const field of fields)
    for (const [key, { at, value: node }] of mapAt(input.map, field)?.fields ?? []) {
      const obstacle = (kind: Obstacle['kind'], why: string) => obstacles.push({ kind, at, why: `${key}: ${why}` });
      if (node.kind !== 'scalar') {
        obstacle('form', 'the value is no text');
        continue;
      }
      const { parts, steps } = readText(node.text, input, field, settings);
      const found = toObjectValue(parts, settings, steps);
      if ('kind' in found) obstacle(found.kind, found.why);
      else values.set(key, { at, ...found });
    }
  if (settings.kvVersion !== '1' && settings.kvVersion !== '2')
    obstacles.push({ kind: 'path', at: input.map.at, why: `there is no KV version ${quote(settings.kvVersion)}` });
  const type = (input.kind === 'Secret' ? textAt(input.map, 'type') : undefined) ?? 'Opaque';
  return {
    input,
    of: input.kind === 'ConfigMap' ? 'ConfigMap' : 'Secret',
    name: input.name,
    connection: connectionOf(setup),
    secret: { type, labels: labelsOfSynced(mapAt(input.map, 'metadata')) },
    values,
    all: undefined,
    obstacles,
    reportRest: () => reportAnnotations(input),
  };
}

interface ReadText {
  readonly parts: readonly Part[];
  /** Steps that the plugin and the API server apply after the value's own modifiers. */
  readonly steps: readonly string[];
}

/** In a Secret the plugin looks into what may be base64 first, for anything like a placeholder. */
function readText(text: string, input: Input, field: string, { path }: AvpSettings): ReadText {
  const decode = BYTES.has(`${input.kind} ${field}`) ? ['base64decode'] : [];
  const decoded = input.kind === 'Secret' && !isItem(input) ? decodeBase64(text) : undefined;
  if (decoded !== undefined && hasMark(decoded))
    return { parts: parsePlaceholders(decoded, path !== undefined), steps: ['base64encode', ...decode] };
  return { parts: parsePlaceholders(text, path !== undefined), steps: decode };
}

/** A List is one resource to the plugin, of the kind List. */
function isItem({ path }: Input): boolean {
  return path.length > 0;
}

/** The map whose annotations count. */
function filledInAs(input: Input): YamlMap {
  const { root } = input.place.document;
  return isItem(input) && root.kind === 'map' ? root : input.map;
}

function reportUnreadAnnotations(input: Input): void {
  if (!isItem(input)) return;
  for (const [name, { at }] of mapAt(input.map, 'metadata', 'annotations')?.fields ?? [])
    if (isAvpAnnotation(name))
      input.report(
        'form',
        at,
        'argocd-vault-plugin reads no annotations within a List; write the resource as a document of its own',
      );
}

function decodeBase64(text: string): string | undefined {
  const plain = text.replace(/[\r\n]/g, '');
  if (plain.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(plain)) return undefined;
  return Buffer.from(plain, 'base64').toString();
}

function isFilledIn(text: string, input: Input, settings: AvpSettings): boolean {
  return hasPlaceholder(readText(text, input, 'data', settings).parts);
}

/** Recurses as deep as the document is nested, which its reader has bounded. */
function* findTexts(node: YamlNode, path: readonly string[]): Generator<TextPlace> {
  if (node.kind === 'scalar') yield { path, node };
  else if (node.kind === 'list')
    for (const [index, item] of node.items.entries()) yield* findTexts(item, [...path, String(index)]);
  else
    for (const [name, { value }] of node.fields)
      if (!isAvpAnnotation(name) || path.join('.') !== 'metadata.annotations') yield* findTexts(value, [...path, name]);
}

/** What a person calls an item of the list or map. */
const ITEMS: Readonly<Record<string, string>> = {
  args: 'argument',
  command: 'argument',
  labels: 'label',
  annotations: 'annotation',
};

function outsideText(path: readonly string[]): string {
  const within = path.at(-2) ?? '';
  const item = Object.hasOwn(ITEMS, within) ? ITEMS[within] : 'field';
  const isOfProgram = item === 'argument' || path.at(-3) === 'env';
  const other = isOfProgram ? ', or let the program read it from a file or variable' : '';
  return `${path.join('.')}: a class makes files and Secrets only; write the value in the ${item}${other}`;
}

const PLUGIN = /vault|avp/i;

function reportPlugin(input: Input): void {
  if (input.kind !== 'Application') return;
  const spec = fieldOf(input.map, 'spec')?.value;
  const sources = [mapAt(spec, 'source'), ...mapsAt(spec, 'sources')];
  for (const source of sources) {
    const plugin = mapAt(source, 'plugin');
    if (plugin === undefined) continue;
    const name = textAt(plugin, 'name');
    if (name !== undefined && !PLUGIN.test(name)) continue;
    const field = fieldOf(source, 'plugin');
    const text = 'the Application renders by a plugin; once nothing of it needs one, remove the field plugin';
    input.report('plugin', field?.at ?? plugin.at, text);
  }
}
