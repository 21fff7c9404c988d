// What Vault Secrets Operator makes of the keys of a secret: which it takes, and which it makes by templates, of the secret
// itself and of the SecretTransformations that it names (v0.10.0, helpers/template.go).
import { listAt, mapAt, mapsAt, textAt } from '../../manifest/nodes.ts';
import { quote } from '../../quote.ts';
import { parsePattern } from '../../re2.ts';
import type { YamlMap, YamlNode } from '../../yaml/node.ts';
import type { Position } from '../../yaml/position.ts';
import { endsOf, type FieldEnds } from '../fields.ts';
import type { Input } from '../input.ts';
import type { KeyFilter } from '../key-filter.ts';
import type { Obstacle } from '../movable.ts';
import { FIELD_TABLES } from './field-tables.ts';
import type { Resources } from './resources.ts';
import type { NamedTemplate } from './template-set.ts';

export interface Transformation {
  readonly filter: KeyFilter;
  readonly excludesRaw: boolean;
  readonly templates: readonly KeyTemplate[];
  readonly obstacles: readonly Obstacle[];
  readonly report: () => void;
}

export interface KeyTemplate extends NamedTemplate {
  /** Undefined: only others call it. */
  readonly key: string | undefined;
}

export function readTransformation(resources: Resources, input: Input, own: YamlMap | undefined): Transformation {
  return new TransformationReader(resources, input).read(own);
}

class TransformationReader {
  readonly #resources: Resources;
  readonly #input: Input;
  readonly #obstacles: Obstacle[] = [];
  readonly #ends: FieldEnds[] = [];
  readonly #include: string[] = [];
  readonly #exclude: string[] = [];
  /** Templates by name. */
  readonly #templates = new Map<string, KeyTemplate>();

  constructor(resources: Resources, input: Input) {
    this.#resources = resources;
    this.#input = input;
  }

  read(own: YamlMap | undefined): Transformation {
    this.#take(endsOf(own, FIELD_TABLES.transformation, this.#input, 'transformation.'));
    this.#addPatterns(own, this.#input, true, true);
    const prefix = `${this.#input.namespace ?? ''}/${this.#input.name}`;
    for (const [key, { value }] of mapAt(own, 'templates')?.fields ?? [])
      this.#addTemplate(value, this.#input, { key, name: `${prefix}/${key}` });
    const seen = new Set<Input>();
    for (const reference of mapsAt(own, 'transformationRefs')) {
      const found = this.#find(reference);
      if (found === undefined) continue;
      if (seen.has(found)) this.#refuse(this.#input, reference.at, `${quote(found.name)} is named twice`);
      else this.#addShared(reference, found);
      seen.add(found);
    }
    return {
      filter: { include: sorted(this.#include), exclude: sorted(this.#exclude) },
      excludesRaw: textAt(own, 'excludeRaw') === 'true',
      templates: [...this.#templates.values()].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1)),
      obstacles: this.#obstacles,
      report: () => {
        for (const { report } of this.#ends) report();
      },
    };
  }

  #find(reference: YamlMap): Input | undefined {
    const name = textAt(reference, 'name') ?? '';
    const namespace = textAt(reference, 'namespace');
    const way = namespace === undefined ? name : `${namespace}/${name}`;
    const found = this.#resources.find('SecretTransformation', way, this.#input);
    if (found === undefined)
      this.#refuse(
        this.#input,
        reference.at,
        `SecretTransformation ${quote(way)} is not in the input; give its manifest too`,
      );
    return found;
  }

  #addShared(reference: YamlMap, shared: Input): void {
    const spec = mapAt(shared.map, 'spec');
    this.#take(endsOf(spec, FIELD_TABLES.SecretTransformation, shared));
    const isSet = (name: string) => textAt(reference, name) === 'true';
    this.#addPatterns(spec, shared, !isSet('ignoreIncludes'), !isSet('ignoreExcludes'));
    const prefix = `${shared.namespace ?? ''}/${shared.name}`;
    const templates = mapAt(spec, 'templates')?.fields;
    const wanted = mapsAt(reference, 'templateRefs');
    for (const one of wanted) {
      const name = textAt(one, 'name') ?? '';
      const field = templates?.get(name);
      if (field === undefined)
        this.#refuse(this.#input, one.at, `SecretTransformation ${shared.name} has no template ${quote(name)}`);
      else this.#addTemplate(field.value, shared, { key: textAt(one, 'keyOverride') ?? name, name });
    }
    for (const [index, one] of mapsAt(spec, 'sourceTemplates').entries())
      this.#addTemplate(one, shared, { key: undefined, name: `${prefix}/${index}` });
    if (wanted.length > 0) return;
    // The first of a name takes precedence.
    for (const [key, { value }] of templates ?? [])
      if (!this.#templates.has(key)) this.#addTemplate(value, shared, { key, name: `${prefix}/${key}` });
  }

  /** @param fallback its name, if it has none. */
  #addTemplate(
    node: YamlNode,
    input: Input,
    fallback: { readonly key: string | undefined; readonly name: string },
  ): void {
    const name = textAt(node, 'name') ?? fallback.name;
    if (this.#templates.has(name)) this.#refuse(input, node.at, `the template ${quote(name)} is there twice`);
    this.#templates.set(name, { key: fallback.key, name, text: rawText(node), input, at: node.at });
  }

  #addPatterns(holder: YamlMap | undefined, input: Input, includes: boolean, excludes: boolean): void {
    for (const [name, to] of [
      ['includes', includes ? this.#include : undefined],
      ['excludes', excludes ? this.#exclude : undefined],
    ] as const)
      for (const item of (to === undefined ? undefined : listAt(holder, name))?.items ?? []) {
        const text = item.kind === 'scalar' ? item.text : '';
        const pattern = parsePattern(text);
        if (text === '' || typeof pattern === 'string')
          this.#refuse(input, item.at, `${name}: ${quote(text)} is no expression of a class`);
        else to?.push(text);
      }
  }

  #take(ends: FieldEnds): void {
    this.#ends.push(ends);
    this.#obstacles.push(...ends.obstacles);
  }

  #refuse(input: Input, at: Position, why: string): void {
    this.#obstacles.push({ kind: 'field', at, why, input });
  }
}

/** In which order they are parsed: a later definition takes the place of an earlier one. */
function orderOf({ key = '', name }: KeyTemplate): string {
  return `${key}0${name}`;
}

function sorted(patterns: readonly string[]): readonly string[] {
  return [...new Set(patterns)].sort();
}

/** With its spaces. */
function rawText(node: YamlNode): string {
  const text = node.kind === 'map' ? node.fields.get('text')?.value : undefined;
  return text?.kind === 'scalar' ? text.text : '';
}
