// Turns documents into Kubernetes resources, with Lists unpacked, and is how a rule reports a problem of a resource.

import { quote } from '../quote.ts';
import type { YamlMap, YamlNode } from '../yaml/node.ts';
import type { Position } from '../yaml/position.ts';
import type { Document } from './documents.ts';
import type { Finding } from './finding.ts';
import { listAt, textAt } from './nodes.ts';
import { positionInText } from './position-in-text.ts';
import { RULES, type Rule } from './rules.ts';

export class Resource {
  readonly map: YamlMap;
  readonly kind: string;
  /** Empty if it has none. */
  readonly name: string;
  /** Undefined if the manifest does not set it; whoever applies it chooses the namespace then. */
  readonly namespace: string | undefined;
  readonly #document: Document;
  readonly #report: (finding: Finding) => void;
  /** Positions of the errors reported. */
  readonly #reported = new Set<string>();

  constructor(map: YamlMap, document: Document, report: (finding: Finding) => void) {
    this.map = map;
    this.kind = textAt(map, 'kind') ?? '';
    this.name = textAt(map, 'metadata', 'name') ?? '';
    this.namespace = textAt(map, 'metadata', 'namespace');
    this.#document = document;
    this.#report = report;
  }

  /** For messages, for example `SecretProviderClass shop/app`. */
  get title(): string {
    const name = [this.namespace, this.name].filter(Boolean).join('/');
    return name === '' ? this.kind : `${this.kind} ${quote(name).slice(1, -1)}`;
  }

  get file(): string {
    return this.#document.file;
  }

  /** In its file, where it begins. */
  get line(): number {
    return this.#document.linesBefore + this.map.at.line;
  }

  /** Whether both may be in one namespace; a manifest without one may go to any. */
  mayShareNamespace(other: Resource): boolean {
    return this.namespace === undefined || other.namespace === undefined || this.namespace === other.namespace;
  }

  report(rule: Rule, at: Position, message: string): void {
    const { file, linesBefore } = this.#document;
    if (RULES[rule].level === 'error') this.#reported.add(keyOf(at));
    this.#report({
      file,
      line: linesBefore + at.line,
      column: at.column,
      level: RULES[rule].level,
      rule,
      message,
      resource: this.title,
    });
  }

  /** Reports unless an error was reported at the same position. */
  reportUnlessKnown(rule: Rule, at: Position, message: string): void {
    if (!this.#reported.has(keyOf(at))) this.report(rule, at, message);
  }

  /** @param at within the text of the scalar `holder`. */
  reportWithin(rule: Rule, holder: YamlNode, at: Position, message: string): void {
    this.report(rule, positionInText(this.#document.lines, holder, at), message);
  }
}

export function findResources(document: Document, report: (finding: Finding) => void): readonly Resource[] {
  return openLists(document.root).map((map) => new Resource(map, document, report));
}

function keyOf({ line, column }: Position): string {
  return `${line}:${column}`;
}

/** A List holds resources, and no other List, as `kubectl get -o yaml` writes it. */
function openLists(root: YamlNode): readonly YamlMap[] {
  if (root.kind !== 'map') return [];
  const items = textAt(root, 'kind')?.endsWith('List') ? listAt(root, 'items') : undefined;
  return items === undefined ? [root] : items.items.filter((item) => item.kind === 'map');
}
