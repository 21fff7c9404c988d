// What the pod's event says when something is refused or missing: everything at once, and what to do about it.
import assert from 'node:assert/strict';
import { Code } from '../../src/errors.ts';
import type { Driver } from '../harness/driver.ts';
import { objects, type SocketWorld, socketWorld } from './world.ts';

describe('a mount that fails', () => {
  let world: SocketWorld;
  let driver: Driver;
  before(async () => {
    world = await socketWorld();
    driver = (await world.daemon()).driver();
  });
  after(() => world.endDaemons());

  it('names a missing key, a missing path and a forbidden path in one answer, and shows no value', async () => {
    const wish = world.wish(
      objects(
        'good secret/data/app password',
        'key secret/data/app passwort',
        'path secret/data/gone x',
        'no sys/mounts x',
      ),
    );
    const { code, details } = await driver.refusal(wish);
    assert.equal(code, Code.PERMISSION_DENIED);
    assert.equal(
      details,
      [
        '3 of 4 objects failed:',
        '- object "key": secret/data/app has no key "passwort"; did you mean "password"?',
        '- object "path": GET secret/data/gone: there is nothing at this path (404); check the path, and that the secret has been written',
        '- object "no": GET sys/mounts: forbidden by the store (403: permission denied); a policy of the login\'s role must grant "read" on sys/mounts [read-forbidden]',
      ].join('\n'),
    );
    assert.doesNotMatch(details, /s3cret-value/);
  });

  it('has the code NOT_FOUND where nothing is forbidden', async () => {
    const wish = world.wish(objects('good secret/data/app password', 'key secret/data/app passwort'));
    const { code, details } = await driver.refusal(wish);
    assert.equal(code, Code.NOT_FOUND);
    assert.equal(
      details,
      'object "key": secret/data/app has no key "passwort"; did you mean "password"? [key-missing]',
    );
  });

  it('says the same text for the same failure, so that the kubelet folds its events', async () => {
    const wish = world.wish(objects('a secret/data/gone x', 'b sys/mounts x'), { pod: 'pod-again' });
    const texts = new Set<string>();
    for (let turn = 0; turn < 4; turn += 1) texts.add((await driver.refusal(wish)).details);
    // The store's refusal, and the same as it is remembered.
    assert.equal(texts.size, 2, [...texts].join('\n'));
    assert.deepEqual(
      [...texts].map((text) => text.includes('the store said so less than a minute ago')),
      [false, true],
    );
  });

  it("has the store's own words for a role that does not exist", async () => {
    const wish = world.wish(objects('a secret/data/app password'), { parameters: { roleName: 'nobody' } });
    const { code, details } = await driver.refusal(wish);
    assert.equal(code, Code.UNAUTHENTICATED);
    assert.match(details, /login at auth\/jwt as role "nobody"/);
    assert.match(details, /role "nobody" could not be found/);
    assert.match(details, /\[login-refused\]$/);
  });

  it('names both fixes where there is no token', async () => {
    const { tokens: _none, ...wish } = world.wish(objects('a secret/data/app password'));
    const { code, details } = await driver.refusal(wish);
    assert.equal(code, Code.FAILED_PRECONDITION);
    assert.match(details, /spec\.tokenRequests of CSIDriver secrets-store\.csi\.k8s\.io/);
    assert.match(details, /serviceaccounts\/token/);
    assert.match(details, /\[token-missing\]$/);
  });

  it('tells of one cause once where it fails all objects', async () => {
    const wish = world.wish(objects('a secret/data/app password', 'b secret/data/app user'), {
      parameters: { roleName: 'nobody' },
    });
    const { details } = await driver.refusal(wish);
    assert.equal(details.match(/nobody/g)?.length, 2, details);
  });

  it('gives no file at all, and the next good mount gives all', async () => {
    await driver.refusal(world.wish(objects('good secret/data/app password', 'path secret/data/later x')));
    await world.write('later', { x: 'now' });
    const { files } = await driver.mount(
      world.wish(objects('good secret/data/app password', 'path secret/data/later x')),
    );
    assert.deepEqual(
      files.map(({ path, contents }) => [path, contents.toString()]),
      [
        ['good', 's3cret-value'],
        ['path', 'now'],
      ],
    );
  });
});
