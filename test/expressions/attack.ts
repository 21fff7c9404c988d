// Texts made of an expression's own characters, on which one that goes back over what it has read takes long: a
// beginning, a part over and over, an end that does not fit. Time is CPU time, and the bound lies a hundred times
// above what an expression that reads a text once needs.

/** Long enough for a square to show: 3,000 × 3,000 steps are some 10 ms, 3,000 are some 10 µs. */
const REPEATS = 3_000;
const MOST_US = 3_000;
/** A power shows at once, and would never end at the full length. */
const FEW_REPEATS = 24;
const MOST_ATOMS = 10;

/** A text on which `expression` goes back, or undefined. */
export function findSlowText(expression: RegExp): string | undefined {
  const atoms = atomsOf(expression.source);
  const parts = [...atoms, ...atoms.flatMap((a) => atoms.filter((b) => b !== a).map((b) => a + b))];
  for (const repeats of [FEW_REPEATS, REPEATS]) {
    for (const beginning of ['', ...atoms]) {
      for (const part of parts) {
        for (const end of ['', '\0', `\0${atoms[0]}`]) {
          const text = `${beginning}${part.repeat(repeats)}${end}`;
          // The first time may hold a compilation or a collection of garbage; a square stays one.
          if (isSlow(expression, text) && isSlow(expression, text) && isSlow(expression, text)) return text;
        }
      }
    }
  }
  return undefined;
}

function isSlow(expression: RegExp, text: string): boolean {
  const before = process.threadCpuUsage();
  // All matches, as replaceAll makes them; for an expression without g the first.
  text.replace(expression, '');
  const { user, system } = process.threadCpuUsage(before);
  return user + system > MOST_US;
}

/** Its runs of letters, the letters of its classes, and one of each kind that a class stands for. */
function atomsOf(source: string): readonly string[] {
  const classes: Readonly<Record<string, string>> = {
    d: '1',
    w: 'a',
    s: ' ',
    S: 'a',
    b: ' ',
    p: '\u0007',
    n: '\n',
    r: '\r',
  };
  const plain = source.replace(/\(\?(?:<?[=!]|:)/g, '(').replace(/\{\d+(?:,\d*)?\}/g, '');
  const atoms = new Set<string>();
  for (const [escaped] of plain.matchAll(/\\./g)) atoms.add(classes[escaped[1] ?? ''] ?? escaped[1] ?? '');
  for (const [, content = ''] of plain.matchAll(/\[\^?((?:\\.|[^\]\\])+)\]/g)) {
    const letters = content.replace(/\\./g, '').replace(/(.)-./g, '$1');
    for (const letter of letters) atoms.add(letter);
  }
  const runs = plain.replace(/\[(?:\\.|[^\]\\])+\]|\\./g, '\0').split(/[\0^$.*+?()|[\]{}]+/);
  for (const run of runs) if (run !== '') atoms.add(run);
  atoms.add('a');
  return [...atoms].slice(0, MOST_ATOMS);
}
