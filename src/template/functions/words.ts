// Case styles: splits words, also in `HTTPServer2xx`, and puts them together again.
import { isUpper, lowerRune, SPACE, upperRune } from './runes.ts';

type WordKind = 'number' | 'upper' | 'letters' | 'connector' | 'punctuation' | 'other' | 'end';

interface Word {
  readonly kind: WordKind;
  readonly text: string;
}

const PUNCTUATION = /^\p{P}$/u;
const CONNECTOR = new RegExp(`^(?:[-_]|${SPACE.source})`);

/** Words in camel case: the first letter of each is a capital, as of the whole. */
export function camelCase(text: string): string {
  const chars = [...text];
  let out = '';
  let at = 0;
  while (at < chars.length && isConnector(chars[at])) {
    out += chars[at];
    at += 1;
  }
  // A text of connectors only ends with its last one once more.
  if (at === chars.length) return text === '' ? '' : out + chars[at - 1];
  let pending = upperRune(chars[at] as string);
  let afterCapital = isUpper(chars[at] as string);
  if (at === chars.length - 1) return out + pending;
  for (const char of chars.slice(at + 1)) {
    const previous = pending;
    pending = char;
    if (isConnector(char) && isConnector(previous)) {
      out += previous;
    } else if (isConnector(previous)) {
      afterCapital = isUpper(char);
      pending = upperRune(char);
    } else {
      if (afterCapital) {
        if (isUpper(char)) pending = lowerRune(char);
        else afterCapital = false;
      }
      out += previous;
    }
  }
  return out + pending;
}

/** Words in lower case with `connector` between them, as in snake_case. */
export function connectedCase(text: string, connector: string): string {
  const words = new WordReader(text.replace(/[\ud800-\udfff]/gu, ''));
  let out = '';
  let word = words.next();
  const write = () => {
    out += lowered(word, connector);
  };
  const connect = (...not: readonly WordKind[]) => {
    if (!not.includes(word.kind)) out += connector;
  };
  while (!words.isAtEnd()) {
    if (word.kind !== 'connector') write();
    const previous = word;
    word = words.next();
    if (previous.kind === 'number') {
      while (word.kind === 'letters' || word.kind === 'number') {
        write();
        word = words.next();
      }
      connect('end', 'punctuation', 'connector');
    } else if (previous.kind === 'connector') {
      out += lowered(previous, connector);
    } else if (previous.kind !== 'punctuation') {
      if (word.kind !== 'number') {
        connect('connector', 'punctuation');
      } else if (!words.isAtEnd()) {
        const number = word;
        word = words.next();
        if (word.kind !== 'letters') {
          // A number belongs to the preceding word.
          out += lowered(number, connector);
          connect('connector', 'punctuation');
        } else {
          // Unless lower case follows, as in `2xx`.
          out += connector + lowered(number, connector);
          while (word.kind === 'letters' || word.kind === 'number') {
            write();
            word = words.next();
          }
          connect('end', 'connector', 'punctuation');
        }
      }
    }
  }
  write();
  return out;
}

function lowered(word: Word, connector: string): string {
  if (word.kind === 'connector') return connector.repeat([...word.text].length);
  return word.kind === 'upper' ? Array.from(word.text, lowerRune).join('') : word.text;
}

class WordReader {
  readonly #chars: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#chars = [...text];
  }

  isAtEnd(): boolean {
    return this.#at >= this.#chars.length;
  }

  next(): Word {
    const first = this.#chars[this.#at];
    if (first === undefined) return { kind: 'end', text: '' };
    const kind = kindOf(first);
    const from = this.#at;
    this.#at += 1;
    if (kind === 'upper') this.#readCapitals();
    else this.#while((char) => continues(kind, char));
    return { kind, text: this.#chars.slice(from, this.#at).join('') };
  }

  /** `HTTP` of `HTTPStatus`, `Status` of `Status2`. */
  #readCapitals(): void {
    if (!this.#isAt(isUpper)) {
      if (this.#isAt(isLetter)) this.#while((char) => isLetter(char) && !isUpper(char));
      return;
    }
    this.#while(isUpper);
    if (this.#isAt(isLetter)) this.#at -= 1;
  }

  #while(test: (char: string) => boolean): void {
    while (this.#isAt(test)) this.#at += 1;
  }

  #isAt(test: (char: string) => boolean): boolean {
    const char = this.#chars[this.#at];
    return char !== undefined && test(char);
  }
}

function kindOf(char: string): WordKind {
  if (isConnector(char)) return 'connector';
  if (PUNCTUATION.test(char)) return 'punctuation';
  if (isUpper(char)) return 'upper';
  if (isLetter(char)) return 'letters';
  return /^\p{N}$/u.test(char) ? 'number' : 'other';
}

function continues(kind: WordKind, char: string): boolean {
  if (kind === 'letters') return isLetter(char) && !isUpper(char);
  // A connector may be punctuation, too.
  if (kind === 'punctuation') return PUNCTUATION.test(char);
  return kindOf(char) === kind;
}

/** Characters of Chinese are no letters here. */
function isLetter(char: string): boolean {
  return /^\p{L}$/u.test(char) && !CHINESE.test(char);
}

const CHINESE = /[\u3400-\u4d85\u4e00-\u9fcc\u{20000}-\u{2b81d}]/u;

function isConnector(char: string | undefined): boolean {
  return char !== undefined && CONNECTOR.test(char);
}
