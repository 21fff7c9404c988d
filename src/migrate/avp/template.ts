// Text with placeholders, and modifiers that no fields stand for, as a template over reads: what it prints is what
// argocd-vault-plugin writes.
import { quote } from '../../quote.ts';
import { goString, isIdentifier, plainText } from '../go-template.ts';
import type { NotMapped } from '../movable.ts';
import type { NamedRead, StoreRead } from '../store-value.ts';
import { jsonPathExpression, jsonPathStatements } from './json-path.ts';
import { argumentsOf, nameOf, withoutReturns } from './modifiers.ts';

/** A placeholder that was found in the store. */
export interface Found {
  readonly read: StoreRead;
  readonly modifiers: readonly string[];
}

export interface TemplateText {
  readonly template: string;
  readonly reads: readonly NamedRead[];
  readonly warnings: readonly string[];
}

/** Limit above any real number of modifiers. */
const MOST_MODIFIERS = 16;

/** @param isEncoded the result is base64. */
export function toTemplateText(parts: readonly (string | Found)[], isEncoded: boolean): TemplateText | NotMapped {
  const writer = new Writer();
  const pieces: Piece[] = [];
  for (const part of parts) {
    const piece = typeof part === 'string' ? { expression: goString(part), text: plainText(part) } : writer.write(part);
    if ('kind' in piece) return piece;
    pieces.push(piece);
  }
  let text = pieces.map((piece) => piece.text).join('');
  if (isEncoded) {
    const words = pieces.map(({ expression }) => expression);
    if (words.includes(undefined))
      return notMapped('a jsonPath of several values cannot be encoded with the text around');
    text = `{{ list ${words.map((word) => inBrackets(word ?? '')).join(' ')} | join "" | b64enc }}`;
  }
  return { template: writer.variables() + text, reads: writer.reads(), warnings: writer.warnings() };
}

interface Piece {
  /** Undefined: it takes statements. */
  readonly expression: string | undefined;
  readonly text: string;
}

class Writer {
  readonly #reads = new Map<string, NamedRead>();
  /** How many reads have a name that begins so. */
  readonly #counts = new Map<string, number>();
  /** By their expressions. */
  readonly #variables = new Map<string, string>();
  readonly #warnings = new Set<string>();

  reads(): readonly NamedRead[] {
    return [...this.#reads.values()];
  }

  variables(): string {
    return [...this.#variables].map(([value, name]) => `{{ ${name} := ${value} }}`).join('');
  }

  warnings(): readonly string[] {
    return [...this.#warnings];
  }

  write({ read, modifiers }: Found): Piece | NotMapped {
    const steps = withoutReturns(modifiers);
    if (steps.length > MOST_MODIFIERS) return notMapped(`more than ${MOST_MODIFIERS} modifiers`);
    const isDecoded = steps[0] === 'base64decode';
    if (isDecoded) steps.shift();
    let expression = `.${this.#nameOf({ ...read, encoding: isDecoded ? 'base64' : read.encoding })}`;
    for (let step = steps.shift(); step !== undefined; step = steps.shift()) {
      const name = nameOf(step);
      const isParsed = name === 'jsonParse' || name === 'yamlParse';
      if (name === 'jsonPath' || (isParsed && nameOf(steps[0]) === 'jsonPath')) {
        const path = argumentsOf(name === 'jsonPath' ? step : steps.shift());
        const from = this.#variable(`${name === 'yamlParse' ? 'fromYaml' : 'mustFromJson'} ${inBrackets(expression)}`);
        const selected = jsonPathExpression(path, from);
        if (selected !== undefined) expression = selected;
        else {
          const text = steps.length === 0 ? jsonPathStatements(path, from) : undefined;
          if (text !== undefined) return { expression: undefined, text };
          return notMapped(`the jsonPath ${quote(path)} has more than paths, texts and a range at the end`);
        }
        continue;
      }
      const made = this.#modified(name, argumentsOf(step), inBrackets(expression));
      if (typeof made !== 'string') return made;
      expression = made;
    }
    return { expression, text: `{{ ${expression} }}` };
  }

  #modified(name: string, argument: string, input: string): string | NotMapped {
    if (name === 'indent') {
      if (!/^\d{1,3}$/.test(argument)) return notMapped(`indent takes a number, not ${quote(argument)}`);
      return indented(input, Number(argument));
    }
    if (argument !== '') return notMapped(`the modifier ${name} takes no argument`);
    if (name === 'base64encode') return `b64enc ${input}`;
    if (name === 'sha256sum') return `sha256sum ${input}`;
    // Refuses all but texts, as the plugin does.
    if (name === 'jsonParse') return `trimSuffix "" (mustFromJson ${input})`;
    if (name === 'base64decode') {
      this.#warnings.add('a text that is no base64 becomes an error message in the file');
      return `b64dec ${input}`;
    }
    if (name === 'yamlParse') return notMapped('what yamlParse makes is no text; select one by jsonPath');
    return notMapped(`argocd-vault-plugin has no modifier ${quote(name)}`);
  }

  #nameOf(read: StoreRead): string {
    const key = JSON.stringify(read);
    const known = this.#reads.get(key);
    if (known !== undefined) return known.name;
    const plain = (read.key ?? '').replace(/\W+/g, '_').replace(/__+/g, '_');
    const base = isIdentifier(plain) ? plain : `_${plain}`;
    const count = (this.#counts.get(base) ?? 0) + 1;
    this.#counts.set(base, count);
    // No key's own name has two underscores in a row.
    const name = count === 1 ? base : `${base}__${count}`;
    this.#reads.set(key, { name, ...read });
    return name;
  }

  #variable(value: string): string {
    const name = this.#variables.get(value) ?? `$json${this.#variables.size === 0 ? '' : this.#variables.size + 1}`;
    this.#variables.set(value, name);
    return name;
  }
}

/** Spaces as Go trims them, but for line breaks. */
const SPACE = '[\\t\\v\\f\\r\\x{85}\\p{Z}]';
const NO_SPACE = '[^\\n\\t\\v\\f\\r\\x{85}\\p{Z}]';

/** Each line is trimmed and all but the first begin with spaces; empty lines are left out, lines of spaces are not. */
function indented(input: string, count: number): string {
  const spaces = ' '.repeat(count);
  const trimmed = `regexReplaceAll \`(?m)(${NO_SPACE})${SPACE}+$|\\A${SPACE}+\` ${input} "\${1}"`;
  const dense = `regexReplaceAll \`\\n+\` (${trimmed}) "\\n"`;
  return `regexReplaceAll \`\\n(?:${SPACE}+|(${NO_SPACE}))\` (${dense}) "\\n${spaces}\${1}"`;
}

function inBrackets(expression: string): string {
  return /^[.$]?\w+$|^"[^"]*"$/.test(expression) ? expression : `(${expression})`;
}

function notMapped(why: string): NotMapped {
  return { kind: 'modifier', why };
}
