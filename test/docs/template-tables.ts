// The tables of docs/templates.md, made of the dialects and limits themselves.
import { MOST_NAMED } from '../../src/plan/named-reads.ts';
import { BUILTINS } from '../../src/template/builtins/builtins.ts';
import { AGENT } from '../../src/template/functions/agent.ts';
import { MAX_CHARS_OF_PASS, MAX_PASSES, MAX_READS_OF_PASS } from '../../src/template/functions/agent-reads.ts';
import { REFUSED_IN_AGENT, REFUSED_IN_SPRIG } from '../../src/template/functions/refused-functions.ts';
import { LONGEST_PATTERN, MOST_INSTRUCTIONS } from '../../src/template/functions/regex.ts';
import { SPRIG } from '../../src/template/functions/sprig.ts';
import {
  MAX_CPU_MS,
  MAX_DEPTH,
  MAX_MADE,
  MAX_OUTPUT,
  MAX_STEPS,
  MAX_TEXT,
  MAX_TOKENS,
  MAX_WIDTH,
} from '../../src/template/limits.ts';
import { MOST_LEVELS } from '../../src/template-files/json-values.ts';
import { MOST_CPU_MS, MOST_MADE, MOST_STEPS } from '../../src/template-files/renders.ts';
import { MOST_READS } from '../../src/template-files/store-reads.ts';
import { constantOf } from './bounds.ts';

const PREFIX = 'sprig_';
const READS = ['secret', 'secrets', 'pkiCert'];

/** Which functions there are. */
export function functionRows(): string[][] {
  const [agent, sprig] = [namesOf(AGENT.names(), REFUSED_IN_AGENT), namesOf(SPRIG.names(), REFUSED_IN_SPRIG)];
  const prefixed = agent.filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length));
  const others = sprig.filter((name) => !prefixed.includes(name));
  return [
    ['both: of Go', codes([...BUILTINS.names()])],
    ['`agent`: reads', codes(READS)],
    ['`agent`', codes(agent.filter((name) => !name.startsWith(PREFIX) && !READS.includes(name)))],
    ['`sprig`; in `agent` with `sprig_` before the name', codes(prefixed)],
    ['`sprig` alone', codes(others)],
  ];
}

/** Which are refused, by reason. */
export function refusedRows(): string[][] {
  const own = new Map([...REFUSED_IN_AGENT].filter(([name]) => !name.startsWith(PREFIX)));
  const reasons = new Set([...own.values(), ...REFUSED_IN_SPRIG.values()]);
  const named = (refused: ReadonlyMap<string, string>, reason: string) =>
    codes([...refused].filter(([, why]) => why === reason).map(([name]) => name));
  return [...reasons].map((reason) => [reason, named(own, reason), named(REFUSED_IN_SPRIG, reason)]);
}

/** What one render may take; in a class some of it is for all templates together. */
export function limitRows(): string[][] {
  const count = (value: number) => value.toLocaleString('en-US');
  const mebi = (value: number) => `${value / (1 << 20)} MiB`;
  const levels = 'levels of blocks and parentheses, of templates that call each other, and of a value that is printed';
  return [
    ["a template's text", mebi(MAX_TEXT).replace('MiB', 'Mi characters'), 'what a class holds'],
    ['words, numbers and signs in actions', count(MAX_TOKENS), `${count(ofClass('MOST_PARTS'))}, of all templates`],
    [levels, count(MAX_DEPTH), ''],
    ['steps: an action, a round of `range`, each piece that a function looks at', count(MAX_STEPS), ''],
    ['CPU time', `${MAX_CPU_MS / 1_000} s`, `${MOST_CPU_MS / 1_000} s, of all templates`],
    ['the output, and each text in between', mebi(MAX_OUTPUT), ''],
    ['all that functions make, and the output', mebi(MAX_MADE), mebi(MOST_MADE)],
    ['the width of `%5d` and its like', count(MAX_WIDTH), ''],
    ['a regular expression', `${count(LONGEST_PATTERN)} characters`, ''],
    ['instructions of it, as RE2 counts', count(MOST_INSTRUCTIONS), ''],
    ['`agent`: new secrets of one pass', count(MAX_READS_OF_PASS), `${count(MOST_READS)} of all passes and templates`],
    ['`agent`: characters of their paths and arguments', count(MAX_CHARS_OF_PASS), ''],
    ['`agent`: passes', count(MAX_PASSES), ''],
    ['`sprig`: `reads` of an object', '', count(MOST_NAMED)],
    ['levels of lists and maps in a secret', '', count(MOST_LEVELS)],
    ['steps to read secrets: some five for each value', '', count(MOST_STEPS)],
  ];
}

function ofClass(constant: string): number {
  return constantOf('src/plan/template-budget.ts', constant);
}

function namesOf(names: Iterable<string>, refused: ReadonlyMap<string, string>): string[] {
  return [...names].filter((name) => !refused.has(name));
}

function codes(names: readonly string[]): string {
  return names
    .toSorted()
    .map((name) => `\`${name}\``)
    .join(' ');
}
