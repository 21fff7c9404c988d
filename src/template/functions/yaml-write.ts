// YAML as Go's yaml.v2 writes it: block style, an indent of two, lists of a map at the map's own indent, lines folded at
// 80 characters.
import { fail } from '../safe-text.ts';
import { type CallContext, typeOf, type Value } from '../value.ts';
import { TextBuilder } from './text-builder.ts';
import { descend } from './walk.ts';
import { compareYamlKeys } from './yaml-key-order.ts';
import { isBase60, plainScalar } from './yaml-scalar.ts';
import { base64Lines, chomping, escaped, isBreak, isEscaped, isSimpleKey, type Style, styleOf } from './yaml-style.ts';

const INDENT = 2;
const BEST_WIDTH = 80;
const STEPS_OF_CHARACTER = 4;
const STEPS_OF_COMPARISON = 10;

/** A scalar that is written as it is: numbers, `true`, `null`. */
export class Plain {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A map whose keys stay in their order. */
export class Fields {
  readonly entries: readonly (readonly [string, Value])[];

  constructor(entries: readonly (readonly [string, Value])[]) {
    this.entries = entries;
  }
}

/** What the writer knows: a caller says how a value becomes this. */
export type YamlNode = Plain | Fields | string | readonly Value[] | ReadonlyMap<string, Value>;

/** @param nodeOf what a value is written as; undefined: it cannot be written */
export function toYaml(context: CallContext, value: Value, nodeOf: (value: Value) => YamlNode | undefined): string {
  const out = new TextBuilder(context);
  new YamlWriter(context, out, nodeOf).document(value);
  return out.text();
}

interface Place {
  readonly indent: number;
  readonly depth: number;
  readonly isInMap?: boolean;
  readonly isSimpleKey?: boolean;
}

class YamlWriter {
  readonly #context: CallContext;
  readonly #out: TextBuilder;
  readonly #nodeOf: (value: Value) => YamlNode | undefined;
  #column = 0;
  /** The last character was a space or an indicator that stands for one. */
  #isAfterSpace = true;
  /** Nothing but indent and indicators stand in this line. */
  #isLineStart = true;

  constructor(context: CallContext, out: TextBuilder, nodeOf: (value: Value) => YamlNode | undefined) {
    this.#context = context;
    this.#out = out;
    this.#nodeOf = nodeOf;
  }

  document(value: Value): void {
    this.#write(value, { indent: -1, depth: 0 });
    this.#startLine(0);
  }

  #write(value: Value, place: Place): void {
    descend(this.#context, place.depth);
    const node = this.#nodeOf(value);
    if (node === undefined) fail`cannot marshal type: ${typeOf(value)}`;
    if (node instanceof Plain) this.#plain(node.text, place, false);
    else if (typeof node === 'string') this.#text(node, place);
    else if (node instanceof Fields) this.#map(node.entries, place);
    else if (node instanceof Map) this.#map(this.#sorted(node), place);
    else this.#list(node as readonly Value[], place);
  }

  #list(items: readonly Value[], { indent, depth, isInMap }: Place): void {
    if (items.length === 0) this.#indicator('[]', false);
    const isSameIndent = isInMap === true && !this.#isLineStart;
    const own = indent < 0 ? 0 : isSameIndent ? indent : indent + INDENT;
    for (const item of items) {
      this.#startLine(own);
      this.#indicator('-', true);
      this.#write(item, { indent: own, depth: depth + 1 });
    }
  }

  #map(entries: readonly (readonly [string, Value])[], { indent, depth }: Place): void {
    if (entries.length === 0) this.#indicator('{}', false);
    const own = indent < 0 ? 0 : indent + INDENT;
    const place = { indent: own, depth: depth + 1, isInMap: true };
    for (const [key, value] of entries) {
      this.#startLine(own);
      if (isSimpleKey(key)) {
        this.#text(key, { ...place, isSimpleKey: true });
        this.#put(':');
        this.#isAfterSpace = false;
      } else {
        this.#indicator('?', true);
        this.#text(key, place);
        this.#startLine(own);
        this.#indicator(':', true);
      }
      this.#write(value, place);
    }
  }

  #sorted(map: ReadonlyMap<string, Value>): [string, Value][] {
    this.#context.charge(STEPS_OF_COMPARISON * map.size * Math.ceil(Math.log2(map.size + 2)));
    return [...map].sort(([left], [right]) => compareYamlKeys(left, right));
  }

  #text(text: string, place: Place): void {
    this.#context.charge(text.length * STEPS_OF_CHARACTER);
    if (!text.isWellFormed()) {
      this.#indicator('!!binary', false);
      this.#styled(base64Lines(text), place, 'plain');
      return;
    }
    const { kind } = plainScalar(text);
    const canBePlain = kind === 'text' && !isBase60(text);
    this.#styled(text, place, text.includes('\n') ? 'literal' : canBePlain ? 'plain' : 'double');
  }

  #styled(text: string, place: Place, wanted: Style): void {
    const style = styleOf(text, place.isSimpleKey === true, text.includes('\n') ? 'literal' : wanted);
    const canFold = place.isSimpleKey !== true;
    if (style === 'plain') this.#plain(text, place, canFold);
    else if (style === 'single') this.#single(text, place, canFold);
    else if (style === 'double') this.#double(text, place, canFold);
    else this.#literal(text, place);
  }

  #plain(text: string, place: Place, canFold: boolean): void {
    if (!this.#isAfterSpace) this.#put(' ');
    this.#folded([...text], textIndent(place), canFold, 0, Number.POSITIVE_INFINITY, (char) => char);
    this.#endScalar();
  }

  #single(text: string, place: Place, canFold: boolean): void {
    const chars = [...text];
    this.#indicator("'", false);
    this.#folded(chars, textIndent(place), canFold, 1, chars.length - 1, (char) => (char === "'" ? "''" : char));
    this.#put("'");
    this.#endScalar();
  }

  /** A space that has no other beside it may be a line's end once the line is full. */
  #folded(
    chars: readonly string[],
    indent: number,
    canFold: boolean,
    from: number,
    to: number,
    write: (char: string) => string,
  ): void {
    let isAfterSpace = false;
    let isAfterBreak = false;
    chars.forEach((char, index) => {
      if (isBreak(char)) {
        this.#break(char);
        this.#isLineStart = true;
        isAfterBreak = true;
        isAfterSpace = false;
        return;
      }
      if (char !== ' ') {
        if (isAfterBreak) this.#startLine(indent);
        isAfterBreak = false;
        this.#put(write(char));
      } else if (this.#isFull(canFold && !isAfterSpace) && index >= from && index < to && chars[index + 1] !== ' ')
        this.#startLine(indent);
      else this.#put(char);
      isAfterSpace = char === ' ';
      this.#isLineStart &&= isAfterSpace;
    });
  }

  #double(text: string, place: Place, canFold: boolean): void {
    const chars = [...text];
    this.#indicator('"', false);
    let isAfterSpace = false;
    chars.forEach((char, index) => {
      if (char !== ' ') {
        this.#put(isEscaped(char) ? escaped(char) : char);
        isAfterSpace = false;
        return;
      }
      if (this.#isFull(canFold && !isAfterSpace) && index > 0 && index < chars.length - 1) {
        this.#startLine(textIndent(place));
        if (chars[index + 1] === ' ') this.#put('\\');
      } else {
        this.#put(char);
      }
      isAfterSpace = true;
    });
    this.#put('"');
    this.#endScalar();
  }

  #literal(text: string, place: Place): void {
    this.#indicator(`|${/^[ \n\x85\u2028\u2029]/.test(text) ? INDENT : ''}${chomping(text)}`, false);
    this.#break('\n');
    this.#isLineStart = true;
    this.#isAfterSpace = true;
    let isLineStart = true;
    for (const char of text) {
      if (isBreak(char)) {
        this.#break(char);
        this.#isLineStart = true;
        isLineStart = true;
        continue;
      }
      if (isLineStart) this.#startLine(textIndent(place));
      this.#put(char);
      this.#isLineStart = false;
      isLineStart = false;
    }
  }

  #isFull(canFold: boolean): boolean {
    return canFold && this.#column > BEST_WIDTH;
  }

  #endScalar(): void {
    this.#isAfterSpace = false;
    this.#isLineStart = false;
  }

  #indicator(text: string, keepsLineStart: boolean): void {
    if (!this.#isAfterSpace) this.#put(' ');
    this.#put(text);
    this.#isAfterSpace = false;
    this.#isLineStart &&= keepsLineStart;
  }

  #startLine(indent: number): void {
    const isBeyond = this.#column > indent || (this.#column === indent && !this.#isAfterSpace);
    if (!this.#isLineStart || isBeyond) this.#break('\n');
    if (this.#column < indent) this.#put(' '.repeat(indent - this.#column));
    this.#isAfterSpace = true;
    this.#isLineStart = true;
  }

  #break(char: string): void {
    this.#out.add(char);
    this.#column = 0;
  }

  #put(text: string): void {
    this.#out.add(text);
    this.#column += text.length === 1 ? 1 : [...text].length;
  }
}

function textIndent({ indent }: Place): number {
  return indent < 0 ? INDENT : indent + INDENT;
}
