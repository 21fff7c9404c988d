// What is not there, at the real store: each thing that may be missing with each combination of `optional` and `default`. What
// fails is mended as its message says, and mounts.
import assert from 'node:assert/strict';
import type { Daemon } from '../harness/daemon.ts';
import { MAY_READ, type SocketWorld, socketWorld } from './world.ts';

const FIELDS = {
  nothing: '',
  optional: ', optional: true',
  default: ', default: none',
  both: ', optional: true, default: none',
};
type Fields = keyof typeof FIELDS;
/** A text is the file's; null: no file. A failure is its code and the text behind the object's name. */
type Outcome = string | null | readonly [code: number, says: RegExp];

interface Missing {
  readonly what: string;
  /** @param path below secret/data/ */
  readonly make: (world: SocketWorld, path: string) => Promise<unknown>;
  readonly mend: (world: SocketWorld, path: string) => Promise<unknown>;
  readonly outcomes: Readonly<Record<Fields, Outcome>>;
}

const write = (world: SocketWorld, path: string) => world.write(path, { password: 'pass', user: 'u' });
const grants = (world: SocketWorld, rules: string) => world.bao.addPolicy('absent', `${MAY_READ} ${rules}`);

const NO_KEY: Outcome = [5, /^secret\/data\/\S+ has no key "password"; it has "user" \[key-missing\]$/];
const NO_PATH: Outcome = [5, /^GET secret\/data\/\S+: there is nothing at this path .*\[path-missing\]$/];
const DELETED: Outcome = [5, /^GET secret\/data\/\S+: .*deleted.* \[version-deleted\]$/];
const FORBIDDEN: Outcome = [
  7,
  /^GET secret\/data\/\S+: forbidden .*must grant "read" on secret\/data\/\S+ \[read-forbidden\]$/,
];

const TABLE: readonly Missing[] = [
  {
    what: 'nothing',
    make: write,
    mend: write,
    outcomes: { nothing: 'pass', optional: 'pass', default: 'pass', both: 'pass' },
  },
  {
    what: 'the key',
    make: (world, path) => world.write(path, { user: 'u' }),
    mend: write,
    outcomes: { nothing: NO_KEY, optional: null, default: 'none', both: 'none' },
  },
  {
    what: 'the path',
    make: async () => {},
    mend: write,
    outcomes: { nothing: NO_PATH, optional: null, default: NO_PATH, both: 'none' },
  },
  {
    what: 'the version, deleted',
    make: async (world, path) => {
      await write(world, path);
      await world.bao.request('DELETE', `secret/data/${path}`);
    },
    mend: (world, path) => world.bao.request('POST', `secret/undelete/${path}`, { versions: [1] }),
    outcomes: { nothing: DELETED, optional: null, default: DELETED, both: 'none' },
  },
  {
    what: 'the right to read it',
    make: async (world, path) => {
      await write(world, path);
      await grants(world, `path "secret/data/${path}" { capabilities = ["deny"] }`);
    },
    mend: (world) => grants(world, ''),
    outcomes: { nothing: FORBIDDEN, optional: FORBIDDEN, default: FORBIDDEN, both: FORBIDDEN },
  },
];

describe('what is missing', () => {
  let world: SocketWorld;
  let daemon: Daemon;
  before(async () => {
    world = await socketWorld();
    await grants(world, '');
    await world.jwt.addRole('absent', { policies: ['absent'] });
    daemon = await world.daemon({ args: ['--coalesce-window=0', '--poll-window=0', '--max-retries=0'] });
  });
  after(() => world.endDaemons());

  for (const [row, { what, make, mend, outcomes }] of TABLE.entries())
    for (const name of Object.keys(FIELDS) as Fields[])
      it(`${what}, with ${name === 'nothing' ? 'neither' : name}: ${describeOutcome(outcomes[name])}`, async () => {
        const path = `absent/${row}-${name}`;
        await make(world, path);
        const object = `- {objectName: a, secretPath: secret/data/${path}, secretKey: password${FIELDS[name]}}`;
        const wish = (pod: string) => world.wish(object, { pod, parameters: { roleName: 'absent' } });
        const expected = outcomes[name];
        if (expected === null || typeof expected === 'string') {
          const { files, versions } = await daemon.driver().mount(wish(`pod-${row}-${name}`));
          assert.deepEqual(
            files.map(({ contents }) => contents.toString()),
            expected === null ? [] : [expected],
          );
          assert.equal(versions.get('a') === 'absent', expected === null);
        } else {
          const { code, details } = await daemon.driver().refusal(wish(`pod-${row}-${name}`));
          assert.equal(code, expected[0]);
          assert.match(details.replace('object "a": ', ''), expected[1]);
        }
        await mend(world, path);
        // What a pod was told of a right it is told for a minute; a new one asks again.
        const { files } = await daemon.driver().mount(wish(`again-${row}-${name}`));
        assert.equal(files[0]?.contents.toString(), 'pass');
      });
});

function describeOutcome(outcome: Outcome): string {
  if (outcome === null) return 'no file';
  return typeof outcome === 'string' ? `"${outcome}"` : `fails with ${outcome[0]}`;
}
