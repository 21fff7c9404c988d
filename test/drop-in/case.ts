// The golden files: what a case may say, read from cases/*.yaml. A word that nobody knows is an error, so that a
// misspelt expectation cannot pass by saying nothing. What a case means is done in play.ts.
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** `same`, `changed`: held against the step before; otherwise by file or object name. */
export type Compared<T> = 'same' | 'changed' | Readonly<Record<string, T>>;

/** One call of the driver and what must come of it. A later step inherits the call, never the expectations. */
export interface Step {
  /** Done at the store before the call: JSON text to write, by path. */
  readonly write?: Readonly<Record<string, string>>;
  /** Done at the store before the call: every token that this login mount gave ends. */
  readonly endLogins?: string;

  /** The socket that the driver calls; `vault` where nothing is said. */
  readonly socket?: 'vault' | 'openbao';
  /** The daemon's arguments. Where neither they nor `env` are given: `--vault-addr` with the store's address. */
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** spec.parameters, as a user wrote them. */
  readonly class?: Readonly<Record<string, string>>;
  readonly pod?: PodWish;
  /** Octal, of the driver's request; 0644 where nothing is said. */
  readonly permission?: string;
  /** So many pods of the account ask at the same time, and each must get what is expected. */
  readonly pods?: number;

  /** A text, byte for byte but for `${...}` (patterns.ts), or bytes as base64. */
  readonly files?: Compared<string | { readonly base64: string }>;
  /** Octal; the request's permission where nothing is said. */
  readonly modes?: Readonly<Record<string, string>>;
  /** `distinct`: no two are equal. */
  readonly versions?: Compared<string> | 'distinct';
  readonly error?: { readonly code: string; readonly text: string };
  /** All requests that passed the fronts (fronts.ts) during this step, and how often each did. */
  readonly requests?: Readonly<Record<string, number>>;
  /** JSON bodies of requests that passed the fronts. */
  readonly bodies?: Readonly<Record<string, string>>;
  /** No request that passed the fronts holds this text. */
  readonly neverSent?: string;
  /** At most so many new connections to the fronts. */
  readonly connections?: number;
  /** Requests to the stand-in API server, with their JSON bodies: while the step's daemon started, and since. */
  readonly askedAtStart?: Readonly<Record<string, string>>;
  readonly asked?: Readonly<Record<string, string>>;
  /** Warnings of the daemon's log. */
  readonly log?: readonly string[];
  /** A page of the daemon's HTTP server, and lines of it. */
  readonly page?: { readonly path: string; readonly lines: readonly string[] };
}

export interface PodWish {
  /** Its own for each case where nothing is said. */
  readonly account?: string;
  /** Audiences of the tokens that the driver brings; `[vault]` where nothing is said. */
  readonly tokens?: readonly string[];
  /** The login mount whose key signs them; `kubernetes` where nothing is said. */
  readonly issuer?: string;
  /** `secrets`: as the driver does with serviceAccountTokenInSecrets. */
  readonly tokensIn?: 'attributes' | 'secrets';
}

/** The program run to its end instead of a mount. */
export interface Run {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly exit: number;
  /** All it prints, or lines of it. */
  readonly prints: string | readonly string[];
}

export interface Case extends Step {
  readonly name: string;
  readonly then?: readonly Step[];
  readonly run?: Run;
}

/** A sentence of the drop-in surface, and the cases that prove it. */
export interface Chapter {
  readonly sentence: string;
  /** The sentence itself, as sentences.ts has it. */
  readonly says: string;
  readonly cases: readonly Case[];
}

const CALL = ['write', 'endLogins', 'socket', 'flags', 'env', 'class', 'pod', 'pods', 'permission'];
const ANSWER = ['files', 'modes', 'versions', 'error'];
const TRACE = ['requests', 'bodies', 'neverSent', 'connections', 'askedAtStart', 'asked', 'log', 'page'];
const OUTCOME = [...ANSWER, ...TRACE];
const STEP = [...CALL, ...OUTCOME];
const KNOWN = {
  chapter: ['sentence', 'says', 'cases'],
  case: [...STEP, 'name', 'each', 'then', 'run'],
  step: STEP,
  pod: ['account', 'tokens', 'issuer', 'tokensIn'],
  run: ['args', 'env', 'exit', 'prints'],
};

/** By file name, in order. */
export function readChapters(): ReadonlyMap<string, readonly Chapter[]> {
  const folder = new URL('./cases/', import.meta.url);
  const names = readdirSync(folder).sort();
  return new Map(names.map((name) => [name, readFile(readFileSync(new URL(name, folder), 'utf8'))]));
}

function readFile(text: string): Chapter[] {
  return (parse(text) as Chapter[]).map((chapter) => {
    refuseUnknown(chapter, 'chapter');
    return { ...chapter, cases: chapter.cases.flatMap(expand) };
  });
}

type Row = Readonly<Record<string, string>>;

/** A case with `each` stands for one case per row: a list of rows, or a map of which every combination counts. */
function expand(written: Case & { each?: readonly Row[] | Readonly<Record<string, readonly string[]>> }): Case[] {
  refuseUnknown(written, 'case');
  for (const step of written.then ?? []) refuseUnknown(step, 'step');
  for (const step of [written, ...(written.then ?? [])]) {
    refuseUnknown(step.pod ?? {}, 'pod');
    const isProof = Object.keys(step).some((key) => OUTCOME.includes(key)) || written.run !== undefined;
    if (!isProof) throw new Error(`a step that expects nothing: ${JSON.stringify(step)}`);
    // The API server takes nothing else.
    const isText = Object.values(step.class ?? {}).every((value) => typeof value === 'string');
    if (!isText) throw new Error(`a parameter that is not a text: ${JSON.stringify(step.class)}`);
  }
  if (written.run !== undefined) refuseUnknown(written.run, 'run');
  const { each, ...rest } = written;
  if (each === undefined) return [rest];
  const rows = Array.isArray(each) ? (each as readonly Row[]) : combine(each as Readonly<Record<string, string[]>>);
  return rows.map((row) => fillIn(rest, new Map(Object.entries(row))));
}

function combine(columns: Readonly<Record<string, readonly string[]>>): Row[] {
  return Object.entries(columns).reduce<Row[]>(
    (rows, [name, values]) => rows.flatMap((row) => values.map((value) => ({ ...row, [name]: value }))),
    [{}],
  );
}

/** `${name}` in every text and every key; names that are not among the variables stay. */
export function fillIn<T>(value: T, variables: ReadonlyMap<string, string>): T {
  const fill = (text: string) => text.replace(/\$\{([\w-]+)\}/g, (whole, name) => variables.get(name) ?? whole);
  const walk = (node: unknown): unknown => {
    if (typeof node === 'string') return fill(node);
    if (Array.isArray(node)) return node.map(walk);
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(Object.entries(node).map(([key, inner]) => [fill(key), walk(inner)]));
  };
  return walk(value) as T;
}

function refuseUnknown(node: object, kind: keyof typeof KNOWN): void {
  const unknownFields = Object.keys(node).filter((key) => !KNOWN[kind].includes(key));
  if (unknownFields.length > 0)
    throw new Error(`a ${kind} cannot say ${unknownFields.join(', ')}: ${JSON.stringify(node)}`);
}
