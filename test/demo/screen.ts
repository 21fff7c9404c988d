// What the demo prints: numbered headings, wrapped words, code, tables, and proofs. A proof is printed only after
// its condition held. Colours appear only on a terminal that wants them (NO_COLOR is heard).
import { stripVTControlCharacters, styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Fits a terminal of 100 columns. */
const WIDTH = 98;
const INDENT = '   ';

export class ClaimFailed extends Error {}

export class Screen {
  #step = 0;
  #proofs = 0;
  #isMuted = false;

  get proofs(): number {
    return this.#proofs;
  }

  /** After an interruption the story may still speak for a moment; nobody listens. */
  mute(): void {
    this.#isMuted = true;
  }

  title(text: string): void {
    this.#line(`\n${paint('bold', text)}\n`);
  }

  heading(text: string): void {
    this.#step += 1;
    this.#line(`\n${paint('bold', `${this.#step}. ${text}`)}\n`);
  }

  print(text: string): void {
    for (const line of wrap(text, WIDTH - INDENT.length)) this.#line(INDENT + line);
  }

  gap(): void {
    this.#line('');
  }

  /** Text as it is, behind a rule; comments step back. */
  code(text: string, firstLine?: number): void {
    for (const [index, line] of text.trimEnd().split('\n').entries()) {
      const gutter = firstLine === undefined ? '│' : `${String(firstLine + index).padStart(2)} │`;
      const shown = line.replace(/(^|\s)#.*$/, (comment) => paint('dim', comment));
      this.#line(`${INDENT}${paint('dim', gutter)} ${shown}`);
    }
  }

  /** An error or a log line, wrapped behind a rule; lines that start with a dash hang. */
  quote(text: string, style: Style = 'yellow'): void {
    for (const line of text.split('\n')) {
      const parts = wrap(line, WIDTH - INDENT.length - 4);
      for (const [index, part] of parts.entries()) {
        this.#line(`${INDENT}${paint('dim', '│')} ${paint(style, (index > 0 ? '  ' : '') + part)}`);
      }
    }
  }

  /** Columns take the width of their widest cell; a row of one cell is a caption. */
  table(rows: readonly (readonly string[])[]): void {
    const widths: number[] = [];
    for (const row of rows.filter(({ length }) => length > 1)) {
      for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, visibleLength(cell));
    }
    for (const row of rows) {
      const cells = row.map((cell, at) => cell + ' '.repeat(Math.max(0, (widths[at] ?? 0) - visibleLength(cell))));
      this.#line(`${INDENT}${row.length > 1 ? '  ' : ''}${cells.join('  ')}`.trimEnd());
    }
  }

  /** @throws ClaimFailed if a condition does not hold. */
  prove(claim: string, ...conditions: readonly boolean[]): void {
    if (conditions.length === 0 || conditions.includes(false)) throw new ClaimFailed(`not shown: ${claim}`);
    this.#proofs += 1;
    const [first = '', ...rest] = wrap(claim, WIDTH - INDENT.length - 2);
    this.#line(`${INDENT}${paint('green', '✓')} ${first}`);
    for (const line of rest) this.#line(`${INDENT}  ${line}`);
  }

  #line(text: string): void {
    if (!this.#isMuted) process.stdout.write(`${text}\n`);
  }
}

export function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

function visibleLength(text: string): number {
  return [...stripVTControlCharacters(text)].length;
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
