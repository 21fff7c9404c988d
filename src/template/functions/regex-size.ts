// How many instructions a regular expression comes to, before it is compiled: repetitions make very many of few characters,
// and compiling them takes time and memory in one go.

const REPETITION = /\{(\d{1,9})(?:(,)(\d{0,9}))?\}/y;
const PROPERTY = /\\[pP]\{[^}]*\}|\\x\{[0-9A-Fa-f]*\}|\\./suy;
const LITERAL = /\\Q.*?(?:\\E|$)/sy;
/** A bracket at its start is one of its characters. */
const CLASS = /\[\^?\]?(?:\\.|\[:\^?\w*:\]|[^\]\\])*\]?/suy;

/** No fewer than the library makes of it. Of a text that is no expression: any number. */
export function instructionsOf(pattern: string): number {
  /** Of what stands before each open group. */
  const before: number[] = [];
  let sum = 2;
  /** Of what a repetition would repeat. */
  let last = 0;
  const add = (count: number) => {
    sum += count;
    last = count;
  };
  for (let at = 0; at < pattern.length; ) {
    const matched = (expression: RegExp) => {
      expression.lastIndex = at;
      const match = expression.exec(pattern);
      if (match !== null) at = expression.lastIndex;
      return match;
    };
    const literal = matched(LITERAL);
    if (literal !== null) {
      add(literal[0].length);
      continue;
    }
    if (matched(PROPERTY) !== null || matched(CLASS) !== null) {
      add(1);
      continue;
    }
    const repetition = matched(REPETITION);
    if (repetition !== null) {
      const [, least, comma, most] = repetition;
      const copies = Math.max(1, Number(least) + (comma === undefined ? 0 : 1), Number(most ?? 0));
      const whole = (last + 2) * copies;
      sum += whole - last;
      last = whole;
      continue;
    }
    const char = pattern[at];
    at += 1;
    if (char === '(') {
      before.push(sum);
      sum = 2;
    } else if (char === ')') {
      const group = sum;
      sum += before.pop() ?? 0;
      last = group;
    } else if (char === '*' || char === '+' || char === '?') {
      sum += 2;
      last += 2;
    } else add(1);
  }
  return before.reduce((total, one) => total + one, sum);
}
