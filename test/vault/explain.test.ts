// What a refused path is told by: the store's word on what is mounted there. Nothing of that word is shown but what our
// own path begins with.
import assert from 'node:assert/strict';
import { MountError } from '../../src/errors.ts';
import { answer, type Behaviour, type FaultyStore, startFaultyStore } from '../harness/faulty-store.ts';
import { openClient, readOf, TOKEN, within } from './client-fixture.ts';

const PLAIN =
  'GET team/kv/app: forbidden by the store (403); a policy of the login\'s role must grant "read" on team/kv/app';
const ON_KV2 =
  'GET team/kv/app: forbidden by the store (403); team/kv/ is KV version 2: write team/kv/data/app, and a policy of the login\'s role must grant "read" on that';

describe('a refused path', () => {
  let store: FaultyStore;
  const mount = (path: unknown, rest: object = { type: 'kv', options: { version: '2' } }) =>
    answer(200, { data: { path, ...rest } });

  beforeEach(async () => {
    store = await startFaultyStore();
  });
  afterEach(() => store.stop());

  /** The read is refused, and what is asked about its mount is answered so. */
  const explained = async (asked: Behaviour, path = 'team/kv/app') => {
    store.behaviour = (request, response) =>
      (request.url.startsWith('/v1/sys/internal/ui/mounts/') ? asked : answer(403, { errors: [] }))(request, response);
    const client = await openClient(store.address);
    const read = readOf(path);
    const error = await client.read(read, TOKEN, within()).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof MountError);
    return (await client.explain(error, read, TOKEN, within())).message;
  };

  it('is told with the path to write', async () => assert.equal(await explained(mount('team/kv/')), ON_KV2));

  it('that is the mount is told where the name goes', async () =>
    assert.match(
      await explained(mount('team/kv/'), 'team/kv'),
      /team\/kv\/ is KV version 2: write team\/kv\/data\/<name>, and/,
    ));

  const useless: readonly (readonly [string, Behaviour])[] = [
    ['an engine without versions', mount('team/kv/', { type: 'database', options: null })],
    ['a mount that is right', mount('team/', { type: 'kv', options: { version: '1' } })],
  ];
  for (const [name, asked] of useless)
    it(`is told plainly on ${name}`, async () => assert.equal(await explained(asked), PLAIN));

  const strange: readonly (readonly [string, Behaviour])[] = [
    ['a mount elsewhere', mount('<b>value of a secret</b>/')],
    ['a path that is not a text', mount(7)],
    ['a mount that ends within a name', mount('team/k')],
    ['a mount without a name', mount('')],
    ['no data', answer(200, { data: null })],
    ['a refusal', answer(403, { errors: ['value of a secret'] })],
  ];
  for (const [name, asked] of strange)
    it(`shows nothing of ${name}`, async () => {
      const text = await explained(asked);
      assert.ok(text.startsWith(`${PLAIN}; the store does not tell this login what is mounted there`), text);
      assert.doesNotMatch(text, /value of/);
    });

  it('below sys/ or auth/ is not asked about', async () => {
    const ask: Behaviour = (request, response) => {
      response.destroy();
      assert.fail(request.url);
    };
    for (const path of ['sys/mounts', 'auth/token/lookup-self'])
      assert.match(await explained(ask, path), /must grant "read" on (sys\/mounts|auth\/token\/lookup-self)$/);
    assert.equal(store.requests.length, 2);
  });
});
