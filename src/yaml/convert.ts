// Converts the library's nodes to ours: resolves anchors in document order, shares aliases instead of copying them, applies
// merge keys, keeps repeated keys apart, and weighs every node as if its aliases were expanded. One pass, whose time
// grows with the text and not with its expanded size.
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type LineCounter,
  type Pair,
  type ParsedNode,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { tooDeep, tooMuchAliased, type YamlBounds, YamlRefusal } from './bounds.ts';
import type { Weight, YamlDuplicate, YamlField, YamlMap, YamlNode, YamlScalar } from './node.ts';
import type { Position } from './position.ts';

/** Longest indentation that is measured. */
const MOST_INDENT = 1_000;
const TEXT_TAGS: ReadonlySet<string | undefined> = new Set(['tag:yaml.org,2002:str', '!']);

/** @throws YamlRefusal for an alias without an anchor or within it, a key that is not a text, or too much. */
export function convertNode(root: ParsedNode, text: string, lines: LineCounter, bounds: YamlBounds): YamlNode {
  return new Conversion(text, lines, bounds).convert(root);
}

class Conversion {
  readonly #text: string;
  readonly #lines: LineCounter;
  readonly #bounds: YamlBounds;
  /** `open`: its content is being converted, so an alias to it would contain itself. */
  readonly #anchors = new Map<string, YamlNode | 'open'>();

  constructor(text: string, lines: LineCounter, bounds: YamlBounds) {
    this.#text = text;
    this.#lines = lines;
    this.#bounds = bounds;
  }

  convert(source: unknown): YamlNode {
    if (isAlias(source)) return this.#follow(source.source, this.#positionOf(source));
    const at = this.#positionOf(source);
    const anchor = isScalar(source) || isMap(source) || isSeq(source) ? source.anchor : undefined;
    if (anchor !== undefined) this.#anchors.set(anchor, 'open');
    const node = isMap(source)
      ? this.#map(source, at)
      : isSeq(source)
        ? this.#list(source, at)
        : this.#scalar(source, at);
    if (node.weight.depth > this.#bounds.depth) throw tooDeep(this.#bounds, at);
    if (node.weight.nodes > this.#bounds.nodes || node.weight.chars > this.#bounds.chars)
      throw tooMuchAliased(this.#bounds, at);
    if (anchor !== undefined) this.#anchors.set(anchor, node);
    return node;
  }

  #follow(name: string, at: Position): YamlNode {
    const node = this.#anchors.get(name);
    if (node === undefined)
      throw new YamlRefusal(at, 'an alias ("*name") whose anchor ("&name") does not come before it');
    if (node === 'open') throw new YamlRefusal(at, 'an alias within its own anchor, it would hold itself');
    return node;
  }

  #list(source: YAMLSeq, at: Position): YamlNode {
    const items = source.items.map((item) => this.convert(item));
    return { kind: 'list', items, at, weight: sum(items) };
  }

  #map(source: YAMLMap, at: Position): YamlMap {
    const fields = new Map<string, YamlField>();
    const duplicates: YamlDuplicate[] = [];
    const parts: YamlNode[] = [];
    let merged: YamlNode | undefined;
    for (const pair of source.items as Pair[]) {
      const key = this.#key(pair.key, at);
      const value = this.convert(pair.value);
      parts.push(key, value);
      if (key.isPlain && key.text === '<<' && merged === undefined) merged = value;
      else if (fields.has(key.text) || (key.isPlain && key.text === '<<'))
        duplicates.push({ key: key.text, at: key.at });
      else fields.set(key.text, { at: key.at, value });
    }
    if (merged !== undefined) mergeInto(fields, merged);
    return { kind: 'map', fields, duplicates, at, weight: sum(parts) };
  }

  #key(source: unknown, map: Position): YamlScalar {
    const key = this.convert(source);
    if (key.kind === 'scalar') return key;
    throw new YamlRefusal(map, 'a list or map as a field name; write a text before the ":"');
  }

  /** @param source null for a pair without a value */
  #scalar(source: unknown, at: Position): YamlScalar {
    const text = isScalar(source) && typeof source.value === 'string' ? source.value : '';
    const isPlain =
      !isScalar(source) || (source.tag === undefined ? source.type === 'PLAIN' : !TEXT_TAGS.has(source.tag));
    const isBlock = isScalar(source) && source.type === 'BLOCK_LITERAL';
    const indent = isBlock ? { indent: this.#indentOf(text, at) } : {};
    return { kind: 'scalar', text, isPlain, ...indent, at, weight: { nodes: 1, chars: text.length, depth: 0 } };
  }

  /** Indentation of a literal block, measured at its first line that is not blank. */
  #indentOf(text: string, { line }: Position): number {
    const first = /\S/.exec(text)?.index ?? 0;
    const before = text.slice(0, first);
    const start = this.#lines.lineStarts[line + before.split('\n').length - 1] ?? 0;
    const written = /^ */.exec(this.#text.slice(start, start + MOST_INDENT))?.[0].length ?? 0;
    return written - (first - (before.lastIndexOf('\n') + 1));
  }

  #positionOf(source: unknown): Position {
    const range = (source as { range?: readonly number[] | null } | null)?.range;
    const { line, col } = this.#lines.linePos(range?.[0] ?? 0);
    return { line, column: col };
  }
}

/** Applies `<<`: a map, or a list of maps, in which an earlier map wins. The map's own fields win over all of them. */
function mergeInto(fields: Map<string, YamlField>, merged: YamlNode): void {
  for (const source of merged.kind === 'list' ? merged.items : [merged]) {
    if (source.kind !== 'map') throw new YamlRefusal(source.at, '"<<" takes a map or an alias to one');
    for (const [key, field] of source.fields) {
      if (!fields.has(key)) fields.set(key, field);
    }
  }
}

function sum(parts: readonly YamlNode[]): Weight {
  let nodes = 1;
  let chars = 0;
  let depth = 0;
  for (const { weight } of parts) {
    nodes += weight.nodes;
    chars += weight.chars;
    depth = Math.max(depth, weight.depth);
  }
  return { nodes, chars, depth: depth + 1 };
}
