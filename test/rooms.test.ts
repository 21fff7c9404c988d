// Which room may know which: the import lines of src/ against a table, in the order in which data flows. A room may import
// the values of those in `values` and the types of those in `types` as well; what is in ROOT_VALUES is everyone's.
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
  'quote',
  'invisible',
  'boot-time',
  'record-store',
  'small-file',
  'in-memory',
  'system-code',
  'listen',
  'status',
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
  'lazy',
  'patterns',
  're2',
  'file-path',
  'describe-read',
];
const ROOT_TYPES = ['clock', 'events'];
const NOTHING: Room = { values: [], types: [] };

const ROOMS: Readonly<Record<string, Room>> = {
  ...Object.fromEntries([...ROOT_VALUES, ...ROOT_TYPES, 'version'].map((name) => [name, NOTHING])),
  // A class becomes a plan.
  yaml: NOTHING,
  template: NOTHING,
  format: NOTHING,
  // What is selected from a value: read with the class, applied when files are made.
  extract: NOTHING,
  plan: { values: ['yaml', 'extract', 'template'], types: [] },
  // A plan becomes files: whose login, which reads, what outlives a poll, what the answers make.
  session: { values: [], types: ['plan'] },
  memory: NOTHING,
  fetch: { values: [], types: ['plan', 'session', 'memory'] },
  lease: { values: ['fetch'], types: ['plan', 'session', 'volume'] },
  volume: { values: ['fetch'], types: ['plan', 'lease'] },
  tree: { values: ['plan', 'volume'], types: ['fetch'] },
  render: { values: ['extract', 'format', 'plan'], types: ['fetch'] },
  // Loaded with the first template.
  'template-files': { values: ['plan', 'template', 'volume', 'tree', 'render', 'memory'], types: ['fetch'] },
  'mount-round': { values: ['fetch', 'volume'], types: ['plan', 'session', 'lease', 'memory'] },
  'mount-bytes': { values: ['plan', 'render'], types: ['memory', 'volume'] },
  mount: {
    values: ['plan', 'mount-bytes', 'mount-round', 'render', 'tree'],
    types: ['session', 'fetch', 'lease', 'volume', 'memory'],
  },
  // Who asks, and whom we ask.
  server: { values: ['mount'], types: ['plan', 'render'] },
  vault: { values: [], types: ['plan', 'session', 'fetch'] },
  kube: { values: [], types: ['plan', 'session'] },
  state: NOTHING,
  observe: NOTHING,
  // What a person runs.
  manifest: { values: ['yaml'], types: [] },
  check: { values: ['yaml', 'template', 'plan', 'manifest', 'vault'], types: [] },
  migrate: { values: ['yaml', 'manifest', 'template'], types: [] },
  cli: { values: ['*'], types: ['*'] },
  main: { values: ['cli'], types: [] },
  // What npm puts on the PATH, before the program.
  start: { values: ['cli'], types: [] },
};

/** They work for any store, and name none. */
const WITHOUT_A_STORE = [
  'session',
  'memory',
  'fetch',
  'lease',
  'volume',
  'tree',
  'render',
  'template-files',
  'mount-bytes',
  'mount-round',
  'mount',
  'state',
];
/** What only Vault and its kin are called, have or say. */
const OF_ONE_STORE =
  /vault|openbao|\bbao\b|\bkv\b|\bpki\b|\b(?:sys|auth)\/|\b(?:request|lease|entity)_id\b|wrap_info|client_token|service_account_|-self\b/gi;

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

/** `fetch/request-dispatcher.ts` and `mount.ts` are in the rooms `fetch` and `mount`. */
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

/**
 * Words of ours that were replaced by the field's: lease, revoke, retry, transient, fix, problem. They are looked for in
 * files' names, identifiers and texts; of an identifier each word counts.
 */
const FORMER_WORDS = new RegExp(
  `\\b(${[
    'held|holdings?|holders|keepers?|gives?(?: \\w+){0,2} back|given(?: \\w+){0,2} back|giving(?: \\w+){0,2} back|gave back',
    'takes? over|taken over|took over|lets? go|disown\\w*|surrender\\w*|abandon\\w*|runs? out|ran out',
    'lone access|visit(?:s|ors?)?|doors?|errands?|shel(?:f|ves)|askers?|gates?|knock\\w*|joins|joiners?',
    'stands? in for|in passing|is passing|max repeats|repeats|carries until|counted tokens?|doubts?',
    'mistakes?|cures?|tellers?|strangers|twins|system words|store words|authorities|forsaken|unborn|talkative',
    'garbled|store (?:broken|limiting|behind|fault)',
  ].join('|')})\\b`,
  'gi',
);
/** Where one of these words means something else. */
const MEANT_OTHERWISE: Readonly<Record<string, readonly string[]>> = {
  // An account or a namespace that is held back, slots, memory, a lock, and what a record held.
  'cli/composition.ts': ['held'],
  'fetch/fair-semaphore.ts': ['held'],
  'fetch/request-dispatcher.ts': ['held'],
  'memory/budget.ts': ['held', 'holders'],
  'memory/mount-memory.ts': ['held'],
  'memory/read-memory.ts': ['held'],
  'memory/taker.ts': ['held'],
  'memory/time-shares.ts': ['held'],
  'memory/turns.ts': ['held'],
  'state/lock.ts': ['held'],
  'state/state.ts': ['held'],
  // The person at a terminal, in place of a pod.
  'cli/mount/stand-in-pod.ts': ['stands in for'],
  // Where messages of the driver wait.
  'cli/serve.ts': ['gate'],
  'server/message-gate.ts': ['gate'],
  // A function of the yaml library.
  'template/functions/yaml-read.ts': ['visit'],
};

/** `heldBytes` as `held Bytes`, and a comment of several lines on one. */
function wordsOf(text: string): string {
  const onOneLine = text.replace(/\s*\n\s*(?:\/\/|\*)?\s*/g, ' ');
  return onOneLine.replace(/([a-z\d])([A-Z])/g, '$1 $2').replace(/[-_]/g, ' ');
}

describe('the rooms of src/', () => {
  it('import only what the table allows', () => {
    const wrong = edges().filter((edge) => !isAllowed(edge));
    const lines = wrong.map(({ file, to, isType }) => `${file} imports ${isType ? 'types' : 'values'} of ${to}`);
    assert.deepEqual(lines, []);
  });

  it('leave the room of templates fit to be a package of its own: it imports nothing of ours', () => {
    const outside = edges().filter(({ from }) => from === 'template');
    assert.deepEqual(
      outside.map(({ file, to }) => `${file} imports ${to}`),
      [],
    );
  });

  it('are all in the table, and the table has no other', () => {
    assert.deepEqual(new Set(files().map(roomOf)), new Set(Object.keys(ROOMS)));
  });

  it('import all that the table allows them', () => {
    const all = edges();
    const unused = Object.entries(ROOMS).flatMap(([from, { values, types }]) => {
      const isUsed = (to: string, isType: boolean) =>
        all.some((edge) => edge.from === from && edge.to === to && edge.isType === isType);
      return [...values.filter((to) => !isUsed(to, false)), ...types.filter((to) => !isUsed(to, true))]
        .filter((to) => to !== '*')
        .map((to) => `${from} ${to}`);
    });
    assert.deepEqual(unused, []);
  });

  it('say in the words of the field what they had words of their own for', () => {
    const found = files().map((file) => {
      const words = wordsOf(`${file}\n${readFileSync(join(src, file), 'utf8')}`).match(FORMER_WORDS) ?? [];
      return [file, [...new Set(words.map((word) => word.toLowerCase()))].sort()] as const;
    });
    assert.deepEqual(Object.fromEntries(found.filter(([, words]) => words.length > 0)), MEANT_OTHERWISE);
  });

  it('have no import cycles', () => {
    const pairs = edges().flatMap(({ from, to, isType }) => (isType ? [] : [[from, to] as const]));
    assert.deepEqual(circlesIn(graphOf(pairs)), []);
  });

  it('have no two files of which each needs the other, be it for a type', () => {
    assert.deepEqual(circlesIn(graphOf(imports().map(({ file, path }) => [file, path] as const))), []);
  });

  it('name no store in the middle', () => {
    const named = files()
      .filter((file) => WITHOUT_A_STORE.includes(roomOf(file)))
      .flatMap((file) => {
        const lines = readFileSync(join(src, file), 'utf8').split('\n');
        return lines.flatMap((line, index) =>
          [...line.matchAll(OF_ONE_STORE)].map(([word]) => `${file}:${index + 1} ${word}`),
        );
      });
    assert.deepEqual(named, []);
  });
});
