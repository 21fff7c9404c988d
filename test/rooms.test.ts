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
  'record-store',
  'small-file',
  'status',
  'methods',
  'pot',
  'sweeper',
  'startup-error',
  'unexpanded',
  'audience',
  'lifetime',
  'pods',
  'record-fields',
  'state-machine',
  'request-options',
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
  'record-store': { values: [], types: [] },
  'small-file': { values: [], types: [] },
  pot: { values: [], types: [] },
  sweeper: { values: [], types: [] },
  'startup-error': { values: [], types: [] },
  unexpanded: { values: [], types: [] },
  audience: { values: [], types: [] },
  lifetime: { values: [], types: [] },
  pods: { values: [], types: [] },
  'record-fields': { values: [], types: [] },
  'state-machine': { values: [], types: [] },
  'request-options': { values: [], types: [] },
  status: { values: [], types: [] },
  methods: { values: [], types: [] },
  version: { values: [], types: [] },
  plan: { values: [], types: [] },
  check: { values: ['plan', 'vault'], types: [] },
  session: { values: [], types: ['plan'] },
  memory: { values: [], types: [] },
  fetch: { values: [], types: ['plan', 'session', 'memory'] },
  lease: { values: ['fetch'], types: ['plan', 'session', 'volume'] },
  volume: { values: ['fetch'], types: ['plan', 'lease'] },
  render: { values: [], types: ['plan', 'fetch'] },
  'mount-round': { values: ['fetch', 'lease', 'volume'], types: ['plan', 'session', 'memory'] },
  mount: { values: ['mount-round', 'plan', 'session', 'fetch', 'lease', 'volume', 'render'], types: ['memory'] },
  server: { values: ['mount', 'memory'], types: ['plan', 'render'] },
  vault: { values: [], types: ['plan', 'session', 'fetch'] },
  kube: { values: [], types: ['plan', 'session', 'fetch'] },
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

/** One edge for each import of another room; an import with a value among its names counts as one of values. */
function edges(): Edge[] {
  return files().flatMap((file) => {
    const text = readFileSync(join(src, file), 'utf8');
    const imports = text.matchAll(/^(?:import|export)\s+(type\s+)?([^;]*?)\s*from\s+'(\.[^']*)'/gms);
    return [...imports].flatMap(([, type, names = '', path = '']) => {
      const to = roomOf(relative(src, resolve(src, dirname(file), path)));
      const from = roomOf(file);
      if (to === from) return [];
      const listed = /^\{(.*)\}$/s.exec(names.trim())?.[1]?.split(',') ?? [];
      const isType = type !== undefined || (listed.length > 0 && listed.every((name) => /^\s*(type\s|$)/.test(name)));
      return [{ file, from, to, isType }];
    });
  });
}

function isAllowed({ from, to, isType }: Edge): boolean {
  const room = ROOMS[from];
  if (room === undefined) return false;
  const values = [...room.values, ...ROOT_VALUES];
  const names = isType ? [...values, ...room.types, ...ROOT_TYPES] : values;
  return names.includes('*') || names.includes(to);
}

/** Words of ours that these rooms had, where the field has its own: lease, revoke, handle, stale fallback. */
const FORMER_WORDS =
  /\b(held|holdings|given? back|gives back|knocks?|asker|errands?|shel(?:f|ves)|in passing|stands? in|visitor|disown|surrender|abandon)\b/gi;
const FIELD_WORDED = [
  'lifetime',
  'pods',
  'record-store',
  'record-fields',
  'request-options',
  'state-machine',
  'session',
  'lease',
  'volume',
  'mount-round',
];

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
    for (const room of ['plan', 'session', 'fetch', 'lease', 'volume', 'render']) {
      assert.ok(
        told.some(({ to }) => to === room),
        room,
      );
    }
  });

  it('say in the words of the field what they had words of their own for', () => {
    const found = files()
      .filter((file) => FIELD_WORDED.includes(roomOf(file)))
      .flatMap((file) =>
        (readFileSync(join(src, file), 'utf8').match(FORMER_WORDS) ?? []).map((word) => `${file}: ${word}`),
      );
    assert.deepEqual(found, []);
  });

  it('have no import cycles', () => {
    const next = new Map<string, string[]>();
    for (const { from, to, isType } of edges()) if (!isType) next.set(from, [...(next.get(from) ?? []), to]);
    const reaches = (from: string, goal: string, seen: Set<string>): boolean =>
      (next.get(from) ?? []).some((to) => to === goal || (!seen.has(to) && reaches(to, goal, seen.add(to))));
    assert.deepEqual(
      Object.keys(ROOMS).filter((room) => reaches(room, room, new Set())),
      [],
    );
  });
});
