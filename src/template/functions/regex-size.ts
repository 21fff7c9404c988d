// Counts the instructions of a regular expression before it is compiled. Repetitions turn few characters into very many, and
// compiling takes time and memory in one go.

const REPETITION = /\{(\d{1,9})(?:(,)(\d{0,9}))?\}/y;
const PROPERTY = /\\[pP]\{[^}]*\}|\\x\{[0-9A-Fa-f]*\}|\\./suy;
const LITERAL = /\\Q.*?(?:\\E|$)/sy;
/** A bracket at the start of a class is literal. */
const CLASS = /\[\^?\]?(?:\\.|\[:\^?\w*:\]|[^\]\\])*\]?/suy;

/** An upper bound of RE2's own count. For an invalid expression it may be any number. */
export function instructionsOf(pattern: string): number {
  /** The counts before each open group. */
  const before: number[] = [];
  let sum = 2;
  /** The count of what a repetition would repeat. */
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
