// Which room may know which: the import lines of src/ against a table. A room may import the values of those in
// `values` and the types of those in `types` as well; what is in ROOTS is everyone's.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

interface Room {
  readonly values: readonly string[];
  readonly types: readonly string[];
}

/** What all rooms may use: the language of errors, secrets and texts, and helpers that know nothing of this product. */
const ROOT_VALUES = [
  'errors',
  'secret',
  'json',
  'json-text',
  'waiting',
  'nearest',
  'go-url',
  'printable',
  'invisible',
  'boot-time',
  'shelf',
  'small-file',
  'status',
  'pot',
  'sweeper',
  'startup-error',
  'unexpanded',
  'audience',
  'system-code',
  'in-memory',
  'listen',
  'quote',
];
const ROOT_TYPES = ['clock', 'events'];

const ROOMS: Readonly<Record<string, Room>> = {
  errors: { values: [], types: [] },
  secret: { values: [], types: [] },
  json: { values: [], types: [] },
  'json-text': { values: [], types: [] },
  waiting: { values: [], types: [] },
  nearest: { values: [], types: [] },
  'go-url': { values: [], types: [] },
  printable: { values: [], types: [] },
  invisible: { values: [], types: [] },
  clock: { values: [], types: [] },
  events: { values: [], types: [] },
  'boot-time': { values: [], types: [] },
  shelf: { values: [], types: [] },
  'small-file': { values: [], types: [] },
  pot: { values: [], types: [] },
  sweeper: { values: [], types: [] },
  'startup-error': { values: [], types: [] },
  unexpanded: { values: [], types: [] },
  audience: { values: [], types: [] },
  'system-code': { values: [], types: [] },
  'in-memory': { values: [], types: [] },
  listen: { values: [], types: [] },
  quote: { values: [], types: [] },
  yaml: { values: [], types: [] },
  status: { values: [], types: [] },
  version: { values: [], types: [] },
  plan: { values: ['yaml'], types: [] },
  manifest: { values: ['yaml'], types: [] },
  check: { values: ['yaml', 'plan', 'manifest', 'vault'], types: [] },
  session: { values: [], types: ['plan'] },
  memory: { values: [], types: [] },
  fetch: { values: [], types: ['plan', 'session', 'memory'] },
  hold: { values: [], types: ['plan', 'session', 'fetch', 'memory'] },
  render: { values: [], types: ['plan', 'fetch'] },
  mount: { values: ['plan', 'session', 'fetch', 'hold', 'render'], types: ['memory'] },
  server: { values: ['mount', 'memory'], types: ['plan', 'render'] },
  vault: { values: [], types: ['plan', 'session', 'fetch', 'hold'] },
  kube: { values: [], types: ['plan', 'session', 'fetch', 'hold'] },
  state: { values: [], types: [] },
  observe: { values: [], types: [] },
  cli: { values: ['*'], types: ['*'] },
  main: { values: ['cli'], types: [] },
};

interface Edge {
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly isType: boolean;
}

const src = resolve(import.meta.dirname, '../src');

function files(): string[] {
  const all = readdirSync(src, { recursive: true, encoding: 'utf8' });
  return all.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'));
}

/** `fetch/gate.ts` and `mount.ts` are in the rooms `fetch` and `mount`. */
function roomOf(file: string): string {
  return file.split('/')[0]?.replace(/\.ts$/, '') ?? '';
}

interface Import {
  readonly file: string;
  /** The file that it imports. */
  readonly path: string;
  readonly isType: boolean;
}

/** An import with a value among its names counts as one of values. */
function imports(): Import[] {
  return files().flatMap((file) => {
    const text = readFileSync(join(src, file), 'utf8');
    const found = text.matchAll(/^(?:import|export)\s+(type\s+)?([^;]*?)\s*from\s+'(\.[^']*)'/gms);
    return [...found].map(([, type, names = '', path = '']) => {
      const listed = /^\{(.*)\}$/s.exec(names.trim())?.[1]?.split(',') ?? [];
      const isType = type !== undefined || (listed.length > 0 && listed.every((name) => /^\s*(type\s|$)/.test(name)));
      return { file, path: relative(src, resolve(src, dirname(file), path)), isType };
    });
  });
}

/** One edge for each import of another room. */
function edges(): Edge[] {
  const all = imports().map(({ file, path, isType }) => ({ file, from: roomOf(file), to: roomOf(path), isType }));
  return all.filter(({ from, to }) => from !== to);
}

type Graph = ReadonlyMap<string, ReadonlySet<string>>;

function graphOf(pairs: readonly (readonly [from: string, to: string])[]): Graph {
  const groups = Map.groupBy(pairs, ([from]) => from);
  return new Map([...groups].map(([from, all]) => [from, new Set(all.map(([, to]) => to))]));
}

/** Those from which a way leads back to themselves. */
function circlesIn(graph: Graph): string[] {
  const reaches = (from: string, goal: string, seen: Set<string>): boolean =>
    [...(graph.get(from) ?? [])].some((to) => to === goal || (!seen.has(to) && reaches(to, goal, seen.add(to))));
  return [...graph.keys()].filter((one) => reaches(one, one, new Set()));
}

function isAllowed({ from, to, isType }: Edge): boolean {
  const room = ROOMS[from];
  if (room === undefined) return false;
  const values = [...room.values, ...ROOT_VALUES];
  const names = isType ? [...values, ...room.types, ...ROOT_TYPES] : values;
  return names.includes('*') || names.includes(to);
}

describe('the rooms of src/', () => {
  it('import only what the table allows', () => {
    const wrong = edges().filter((edge) => !isAllowed(edge));
    const lines = wrong.map(({ file, to, isType }) => `${file} imports ${isType ? 'types' : 'values'} of ${to}`);
    assert.deepEqual(lines, []);
  });

  it('are all in the table, and the table has no other', () => {
    assert.deepEqual(new Set(files().map(roomOf)), new Set(Object.keys(ROOMS)));
  });

  it('are seen by this test: the story imports the rooms it tells of', () => {
    const told = edges().filter(({ from }) => from === 'mount');
    for (const room of ['plan', 'session', 'fetch', 'hold', 'render']) {
      assert.ok(
        told.some(({ to }) => to === room),
        room,
      );
    }
  });

  it('have no import cycles', () => {
    const pairs = edges().flatMap(({ from, to, isType }) => (isType ? [] : [[from, to] as const]));
    assert.deepEqual(circlesIn(graphOf(pairs)), []);
  });

  it('have no two files of which each needs the other, be it for a type', () => {
    assert.deepEqual(circlesIn(graphOf(imports().map(({ file, path }) => [file, path] as const))), []);
  });
});
