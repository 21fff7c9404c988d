// Go's text/template language, compiled once and rendered as often as wanted.
//
//   const template = compile('{{ range .users }}{{ . | upper }}\n{{ end }}', { functions: libraryOf({ upper }) });
//   const text = await template.render(new Map([['users', ['ann', 'bob']]]));
//
// Values are those of value.ts, functions those of function.ts. The language is that of Go 1.26, with these differences: no
// complex numbers, limits (limits.ts), no access to unexported things, channels or iterators, as there are no such values.
// `slice` of a list ends at its length, as there is no capacity; `%q` and `js` take for printable what the Unicode of Node
// has, which is newer than Go's; and the address of a pointer or a function is not printed. The output and whether there
// is an error are Go's; so are the errors' texts, but where Go prints a value they say its type (template-error.ts).
//
// Whatever the template and the data are, nothing but a TemplateError is thrown, it says no value, and a render ends: it
// takes at most a second of CPU time, in slices after each of which the event loop has its turn. Functions are trusted to
// be quick for the size of their arguments, and charge for what they do beyond that.

import { Budget, type Clocks, type TimeLeft } from './budget.ts';
import { BUILTINS } from './builtins/builtins.ts';
import { compileList } from './compile.ts';
import { certainFailures, type RootName, rootNames } from './foresight.ts';
import { type FunctionLibrary, merged } from './function.ts';
import { type Code, Machine, type MissingKey, type Program } from './machine/machine.ts';
import type { List } from './parse/node.ts';
import { findParseProblems, type Parsed, parseTemplates } from './parse/parser.ts';
import type { Source, TextProblem } from './parse/parsing.ts';
import { type Point, pointOf } from './point.ts';
import type { SafeText } from './safe-text.ts';
import type { Value } from './value.ts';

export interface CompileOptions {
  /** Name of the template, in errors and among the templates it defines. */
  readonly name?: string;
  /** What is empty or absent is `{{` or `}}`. */
  readonly leftDelimiter?: string;
  readonly rightDelimiter?: string;
  readonly missingKey?: MissingKey;
  /** Added to the builtins, and take precedence over them. */
  readonly functions?: FunctionLibrary;
}

export interface RenderOptions {
  /** What functions find as `context.host`. */
  readonly host?: unknown;
  readonly clocks?: Clocks;
  /** Shared by several renders; the default is a second for this one. */
  readonly time?: TimeLeft;
  /** Limit on bytes made, if below 8 MiB: beyond it the render ends with an error of the kind `memory`. */
  readonly maxMade?: number;
  /** The event loop has its first turn after so many milliseconds, if fewer than 10. */
  readonly firstSliceMs?: number;
  /** Gives the event loop its turn. */
  readonly pause?: () => Promise<void>;
}

/** A problem that the author has to fix. */
export interface Problem extends Point {
  readonly message: SafeText;
}

export interface Problems {
  /** By position. */
  readonly problems: readonly Problem[];
  /** How many tokens were read to find them. */
  readonly size: number;
}

export class Template {
  /** The trees of the template and of all that it defines, by name: for finding what it will read. */
  readonly trees: ReadonlyMap<string, List>;
  /** How many tokens it was made of: each took some 2 us to compile, and takes some 200 bytes. */
  readonly size: number;
  readonly #program: Program;

  constructor({ trees, size }: Parsed, program: Program) {
    this.trees = trees;
    this.size = size;
    this.#program = program;
  }

  /** Operations that fail if reached; Go finds them only then. */
  get certainFailures(): readonly Problem[] {
    return certainFailures(this.#program.codes.values()).map((one) => placed(this.#program.text, one));
  }

  /** The names that it looks up in what it is rendered over; of templates that it defines that is not known. */
  get rootNames(): readonly (RootName & Point)[] {
    const { name, text } = this.#program;
    return rootNames(this.trees.get(name) ?? []).map((one) => ({ ...one, ...pointOf(text, one.position) }));
  }

  /** A text as text.ts has it: `toBytes` makes it bytes. @throws TemplateError */
  async render(data: Value, options: RenderOptions = {}): Promise<string> {
    const { host, clocks = CLOCKS, pause = nextTurn, ...limits } = options;
    const budget = new Budget({ clocks, ...limits });
    const machine = new Machine(this.#program, budget, host, data ?? undefined);
    for (;;) {
      if (runSlice(machine, budget)) return machine.text;
      await pause();
    }
  }
}

/** @returns whether it is done */
function runSlice(machine: Machine, budget: Budget): boolean {
  budget.startSlice();
  try {
    return machine.run();
  } finally {
    budget.endSlice();
  }
}

/** @throws TemplateError */
export function compile(text: string, options: CompileOptions = {}): Template {
  const source = sourceOf(text, options);
  const { name, functions } = source;
  const parsed = parseTemplates(source);
  const codes = new Map<string, Code>();
  for (const [own, list] of parsed.trees) codes.set(own, compileList(own, list, functions));
  return new Template(parsed, { name, text, missingKey: options.missingKey ?? 'default', codes });
}

/** All problems for which `compile` refuses a text; empty if there are none. */
export function findProblems(text: string, options: CompileOptions = {}): Problems {
  const { problems, size } = findParseProblems(sourceOf(text, options));
  const sorted = problems.toSorted((a, b) => a.position - b.position);
  return { problems: sorted.map((one) => placed(text, one)), size };
}

function placed(text: string, { position, message }: TextProblem): Problem {
  return { ...pointOf(text, position), message };
}

function sourceOf(text: string, options: CompileOptions): Source {
  return {
    name: options.name ?? 'template',
    text,
    delimiters: { left: options.leftDelimiter || '{{', right: options.rightDelimiter || '}}' },
    functions: options.functions === undefined ? BUILTINS : merged(BUILTINS, options.functions),
  };
}

const CLOCKS: Clocks = {
  now: () => performance.now(),
  cpu() {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1_000;
  },
};

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
