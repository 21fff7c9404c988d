// The source range of each value of a document, with its end, which YamlNode does not keep. A value reached through an
// alias or a merge key, or used by one, belongs to several places: it has no place of its own and cannot be edited.
import { Composer, isAlias, isMap, isScalar, isSeq, type ParsedNode, Parser } from 'yaml';
import type { Path } from './change.ts';

export interface WrittenField {
  readonly key: Span;
  /** Undefined if nothing stands behind the colon. */
  readonly value: WrittenNode | undefined;
  readonly column: number;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

export class WrittenNode implements Span {
  readonly node: ParsedNode;
  readonly start: number;
  readonly end: number;
  readonly isFlow: boolean;
  readonly #text: string;

  constructor(node: ParsedNode, text: string) {
    this.node = node;
    this.#text = text;
    this.start = node.range[0];
    this.isFlow = (isMap(node) || isSeq(node)) && node.flow === true;
    // The library's end of a block includes the line breaks and comments that follow it.
    this.end = this.#endOf(node);
  }

  get isEmpty(): boolean {
    return (isMap(this.node) || isSeq(this.node)) && this.node.items.length === 0;
  }

  field(name: string): WrittenField | undefined {
    if (!isMap(this.node)) return undefined;
    const pair = this.node.items.find(({ key }) => isScalar(key) && key.source === name);
    if (pair === undefined || !isScalar(pair.key)) return undefined;
    const [start, end] = pair.key.range;
    const value = pair.value === null || isNothing(pair.value) ? undefined : new WrittenNode(pair.value, this.#text);
    return { key: { start, end }, value, column: this.#columnOf(start) };
  }

  /** The fields of a map whose names are strings, in source order. */
  fields(): readonly (WrittenField & { readonly name: string })[] {
    const pairs = isMap(this.node) ? this.node.items : [];
    return pairs.flatMap(({ key }) => {
      const field = isScalar(key) ? this.field(key.source) : undefined;
      return isScalar(key) && field !== undefined ? [{ name: key.source, ...field }] : [];
    });
  }

  item(index: number): WrittenNode | undefined {
    const item = isSeq(this.node) ? this.node.items[index] : undefined;
    return item === undefined ? undefined : new WrittenNode(item as ParsedNode, this.#text);
  }

  /** Column, from 0, of the first field or of the dash of the first item. */
  get innerColumn(): number {
    return this.#columnOf(this.start);
  }

  #columnOf(offset: number): number {
    return offset - (this.#text.lastIndexOf('\n', offset - 1) + 1);
  }

  #endOf(node: ParsedNode): number {
    const last = (isMap(node) || isSeq(node)) && node.flow !== true ? node.items.at(-1) : undefined;
    if (last === undefined) return node.range[0] + this.#text.slice(node.range[0], node.range[1]).trimEnd().length;
    if (!('key' in last)) return this.#endOf(last as ParsedNode);
    if (last.value !== null && !isNothing(last.value)) return this.#endOf(last.value);
    const { range } = last.key as ParsedNode;
    return this.#text.indexOf(':', range[1]) + 1;
  }
}

export class WrittenDocument {
  readonly text: string;
  readonly root: WrittenNode | undefined;
  readonly #repeated = new Set<string>();

  /** @param text of one document that `readYaml` has read without a problem: nothing here is bounded. */
  constructor(text: string) {
    this.text = text;
    const tokens = [...new Parser().parse(text)];
    const options = { schema: 'failsafe', strict: false, uniqueKeys: false, resolveKnownTags: false } as const;
    for (const document of new Composer(options).compose(tokens)) {
      if (this.root !== undefined || document.contents === null) continue;
      this.root = new WrittenNode(document.contents as ParsedNode, text);
      for (const name of aliasesIn(document.contents)) this.#repeated.add(name);
    }
  }

  /** Undefined if it is not there, or has no place of its own. */
  find(path: Path): WrittenNode | undefined {
    let found = this.root;
    for (const step of path) {
      if (found === undefined || !this.#isOwn(found)) return undefined;
      found = typeof step === 'number' ? found.item(step) : found.field(step)?.value;
    }
    return found !== undefined && this.#isOwn(found) ? found : undefined;
  }

  #isOwn({ node }: WrittenNode): boolean {
    return !isAlias(node) && !(node.anchor !== undefined && this.#repeated.has(node.anchor));
  }
}

function isNothing(node: unknown): boolean {
  return isScalar(node) && node.source === '' && node.type === 'PLAIN';
}

function* aliasesIn(node: unknown): Generator<string> {
  if (isAlias(node)) yield node.source;
  if (isSeq(node)) for (const item of node.items) yield* aliasesIn(item);
  if (isMap(node))
    for (const { key, value } of node.items) {
      yield* aliasesIn(key);
      yield* aliasesIn(value);
    }
}
