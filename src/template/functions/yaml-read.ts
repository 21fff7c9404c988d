// YAML as Go's yaml.v2 reads it: the library parses the nodes, and yaml-scalar.ts resolves plain scalars.
import { Buffer } from 'node:buffer';
import {
  type Alias,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Node,
  parseAllDocuments,
  visit,
  type YAMLMap,
} from 'yaml';
import { type SafeText, safe } from '../safe-text.ts';
import { fromBytes } from '../text.ts';
import { type CallContext, TypedInt, TypedMap, type Value } from '../value.ts';
import { shortestFloat } from './go-number.ts';
import { descend } from './walk.ts';
import { type PlainScalar, plainScalar } from './yaml-scalar.ts';

/** Steps for a character: the library takes 3 us for one of dense text. */
const STEPS_OF_CHARACTER = 30;
/** Steps for a node: aliases may give the same node many times. */
const STEPS_OF_NODE = 4;
/** The type of each map: its keys need not be texts. */
const MAP_TYPE = 'map[interface {}]interface {}';

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are refused
const REFUSED = /[\0-\x08\v\f\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/;
/** In YAML 1.1 these end a line as well. */
const LINE_BREAK = /\r\n?|\x85/g;
const OTHER_VERSION = /^%YAML[ \t]+(?!1\.1[ \t]*$)/m;

const NO_CHARACTER = safe('yaml: control characters are not allowed');
const NO_VERSION = safe('yaml: found incompatible YAML document');
const UNREADABLE = safe('yaml: the text is not YAML');
const NO_MAP = safe('yaml: map merge requires map or sequence of maps as the value');
const NO_KEY = safe('unsupported map key');

/** @param refuse throws for what is wrong with the text */
export function readYaml(context: CallContext, text: string, refuse: (fault: SafeText) => never): Value {
  context.charge(text.length * STEPS_OF_CHARACTER);
  if (REFUSED.test(text) || !text.isWellFormed()) return refuse(NO_CHARACTER);
  if (OTHER_VERSION.test(text)) return refuse(NO_VERSION);
  const documents = parseAllDocuments(text.replace(LINE_BREAK, '\n'), {
    schema: 'failsafe',
    version: '1.1',
    uniqueKeys: false,
    logLevel: 'silent',
    // Error texts are not shown, and each takes time in proportion to the text.
    prettyErrors: false,
  });
  if (!Array.isArray(documents)) return null;
  const first = documents[0];
  if (first === undefined) return null;
  const end = endOfContents(first);
  // Brackets that are not closed are missed at the end.
  const isWrong = first.errors.some(({ pos, code }) => pos[0] < end || code === 'MISSING_CHAR');
  if (isWrong || first.warnings.some(({ code }) => code === 'BAD_DIRECTIVE')) return refuse(UNREADABLE);
  return new YamlReader(context, first, refuse).value(first.contents, 0);
}

/** Go's reader stops here: it never sees what follows brackets or quotes. */
function endOfContents({ contents }: Document.Parsed): number {
  const isClosed = (isCollection(contents) && contents.flow === true) || (isScalar(contents) && isQuoted(contents));
  return (isClosed ? contents.range?.[1] : undefined) ?? Number.POSITIVE_INFINITY;
}

function isQuoted({ type }: { readonly type?: unknown }): boolean {
  return type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE';
}

class YamlReader {
  readonly #context: CallContext;
  readonly #document: Document.Parsed;
  #targets: ReadonlyMap<Alias, Node | undefined> | undefined;
  readonly #refuse: (fault: SafeText) => never;

  constructor(context: CallContext, document: Document.Parsed, refuse: (fault: SafeText) => never) {
    this.#context = context;
    this.#document = document;
    this.#refuse = refuse;
  }

  value(node: unknown, depth: number): Value {
    descend(this.#context, depth);
    this.#context.charge(STEPS_OF_NODE);
    if (isAlias(node)) return this.value(this.#target(node), depth + 1);
    if (isMap(node)) return this.#map(node, depth);
    if (isSeq(node)) return node.items.map((item) => this.value(item, depth + 1));
    if (isScalar(node)) return scalarValue(node as ScalarNode);
    return null;
  }

  #map(map: YAMLMap, depth: number): Value {
    const entries: [string, Value][] = [];
    for (const { key, value } of map.items) {
      if (isMergeKey(key)) entries.push(...this.#merged(value, depth));
      else entries.push([this.#key(key, depth), this.value(value, depth + 1)]);
    }
    return new TypedMap(MAP_TYPE, entries);
  }

  /** The maps that `<<` names; of a list the first wins. */
  #merged(node: unknown, depth: number): [string, Value][] {
    const target = isAlias(node) ? this.#target(node) : node;
    if (isSeq(target)) return target.items.toReversed().flatMap((item) => this.#merged(item, depth + 1));
    const value = this.value(target, depth + 1);
    if (!(value instanceof Map)) return this.#refuse(NO_MAP);
    this.#context.charge(STEPS_OF_NODE * value.size);
    return [...value];
  }

  #target(alias: Alias): unknown {
    this.#targets ??= targetsIn(this.#document);
    return this.#targets.get(alias) ?? this.#refuse(UNREADABLE);
  }

  #key(node: unknown, depth: number): string {
    const key = this.value(node, depth + 1);
    if (typeof key === 'string') return key;
    if (typeof key === 'number') return shortestFloat(key);
    if (typeof key === 'boolean' || typeof key === 'bigint') return String(key);
    if (key instanceof TypedInt) return String(key.value);
    return this.#refuse(NO_KEY);
  }
}

/** Each alias with the last anchor of its name before it. The library would search the whole document for each alias. */
function targetsIn(document: Document.Parsed): ReadonlyMap<Alias, Node | undefined> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node | undefined>();
  visit(document, {
    Node(_, node) {
      if (isAlias(node)) targets.set(node, anchors.get(node.source));
      else if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return targets;
}

interface ScalarNode {
  readonly value: unknown;
  readonly type?: string;
  readonly tag?: string;
  readonly source?: string;
}

function isMergeKey(node: unknown): boolean {
  return isScalar(node) && node.value === '<<' && (node.type === 'PLAIN' || node.tag === 'tag:yaml.org,2002:merge');
}

function scalarValue(node: ScalarNode): Value {
  const text = typeof node.value === 'string' ? node.value : (node.source ?? '');
  const tag = node.tag?.replace('tag:yaml.org,2002:', '!!');
  if (tag === '!!binary') return fromBytes(Buffer.from(text, 'base64'));
  if (tag === '!!str' || (tag === undefined && node.type !== undefined && node.type !== 'PLAIN')) return text;
  if (tag !== undefined && !/^!!(?:bool|int|float|null|timestamp)$/.test(tag)) return text;
  return plainValue(plainScalar(text), tag);
}

function plainValue(scalar: PlainScalar, tag: string | undefined): Value {
  if (scalar.kind !== 'int') return scalar.value;
  if (tag === '!!float') return Number(scalar.value);
  return scalar.value > 2n ** 63n - 1n ? new TypedInt('uint64', scalar.value) : scalar.value;
}
