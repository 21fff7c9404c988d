// The templates of Vault Secrets Operator, which call each other by name, as texts that stand alone: each with the
// definitions that it needs.
import { SPRIG } from '../../template/functions/sprig.ts';
import { isEmpty, type List } from '../../template/parse/node.ts';
import { quoted } from '../../template/print/quoted.ts';
import { compile } from '../../template/template.ts';
import { TemplateError } from '../../template/template-error.ts';
import type { Position } from '../../yaml/position.ts';
import type { Input } from '../input.ts';
import type { Obstacle } from '../movable.ts';
import { FreezingCopy, type Frozen } from './freeze.ts';
import { printTemplate } from './print-template.ts';

export interface NamedTemplate {
  readonly name: string;
  readonly text: string;
  readonly input: Input;
  readonly at: Position;
}

export interface Standalone {
  readonly text: string;
  readonly readsMetadata: boolean;
  readonly hasFrozen: boolean;
}

interface Definition {
  readonly list: List;
  readonly of: NamedTemplate;
}

/** A class has 256 KiB for all of its objects. */
const LONGEST = 256 * 1024;
const MOST_TEMPLATES = 1_000;

export class TemplateSet {
  readonly #frozen: Frozen;
  readonly #definitions = new Map<string, Definition>();
  readonly obstacles: Obstacle[] = [];

  /** @param templates in the order in which they are parsed. */
  constructor(templates: readonly NamedTemplate[], frozen: Frozen) {
    this.#frozen = frozen;
    const [first] = templates.slice(MOST_TEMPLATES);
    if (first !== undefined) this.#refuse(first, `a class has at most ${MOST_TEMPLATES} objects`);
    else for (const template of templates) this.#parse(template);
  }

  #parse(template: NamedTemplate): void {
    try {
      for (const [name, list] of compile(template.text, { name: template.name, functions: SPRIG }).trees)
        if (!this.#definitions.has(name) || !isEmpty(list)) this.#definitions.set(name, { list, of: template });
    } catch (thrown) {
      if (!(thrown instanceof TemplateError)) throw thrown;
      this.#refuse(template, thrown.message);
    }
  }

  /** Undefined if it has no place in a class, which is then among the obstacles. */
  standalone(template: NamedTemplate): Standalone | undefined {
    const main = this.#definitions.get(template.name);
    if (main === undefined) return undefined;
    const copy = new FreezingCopy(this.#frozen);
    const text = printTemplate(copy.copy(main.list, true));
    const definitions = new Map<string, string>();
    const seen = new Set<string>();
    let length = text.length;
    let isOwn = main.of === template;
    // Each copy adds the calls of its own.
    for (const { name, isRoot } of copy.calls) {
      const call = JSON.stringify([name, isRoot]);
      if (seen.has(call)) continue;
      seen.add(call);
      const found = this.#definitions.get(name);
      if (found === undefined) {
        this.#refuse(template, `it calls the template ${quoted(name)}, which is not there`);
        return undefined;
      }
      isOwn &&= found.of === template;
      const printed = printTemplate(copy.copy(found.list, isRoot));
      length += printed.length;
      if (length > LONGEST) {
        this.#refuse(template, `it is longer than ${LONGEST} characters with what it calls`);
        return undefined;
      }
      if ((definitions.get(name) ?? printed) !== printed)
        copy.problem ??= `it calls the template ${quoted(name)} with its own dot and with another one`;
      definitions.set(name, printed);
    }
    if (copy.problem !== undefined) {
      this.#refuse(template, copy.problem);
      return undefined;
    }
    const { readsMetadata, hasFrozen } = copy;
    if (isOwn && !hasFrozen) return { text: template.text, readsMetadata, hasFrozen };
    return { text: joined(definitions, text), readsMetadata, hasFrozen };
  }

  #refuse({ input, at, name }: NamedTemplate, why: string): void {
    this.obstacles.push({ kind: 'secret-template', at, why: `the template ${quoted(name)}: ${why}`, input });
  }
}

/** A definition on a line of its own, if the line break can be taken away again. */
function joined(definitions: ReadonlyMap<string, string>, main: string): string {
  const end = /^\s/.test(main) ? '{{end}}' : '{{end -}}\n';
  return [...definitions].map(([name, text]) => `{{define ${quoted(name)}}}${text}${end}`).join('') + main;
}
