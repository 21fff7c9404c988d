// A folder of the store as a folder of the volume, at the real store: KV of both versions, what comes and goes, what cannot be.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { peakMiB, processCpuMs } from '../harness/cpu-time.ts';
import type { Daemon } from '../harness/daemon.ts';
import type { MountAnswer } from '../harness/driver.ts';
import { MAY_READ, type SocketWorld, socketWorld } from './world.ts';

const RULES =
  'path "tree-one/*" { capabilities = ["read", "list"] } path "secret/data/shut/away" { capabilities = ["deny"] }';

describe('a tree of secrets', () => {
  let world: SocketWorld;
  let daemon: Daemon;
  before(async () => {
    world = await socketWorld();
    await world.bao.addPolicy('tree', `${MAY_READ} ${RULES}`);
    await world.jwt.addRole('tree', { policies: ['tree'] });
    await world.bao.enableKv('tree-one', 1);
    daemon = await world.daemon({ args: ['--coalesce-window=0s', '--poll-window=0s', '--max-retries=0'] });
  });
  after(() => world.endDaemons());

  const wish = (folder: string, fields = 'tree: all', pod = `pod-of-${folder.replaceAll(/\W/g, '-')}`) =>
    world.wish(`- {objectName: app, secretPath: ${folder}, ${fields}}`, { pod, parameters: { roleName: 'tree' } });
  const filesOf = ({ files }: MountAnswer) =>
    Object.fromEntries(files.map(({ path, contents }) => [path, contents.toString()]));
  const remove = (path: string) => world.bao.request('DELETE', `secret/metadata/${path}`);
  const refusal = async (folder: string, fields?: string) =>
    (await daemon.driver().refusal(wish(folder, fields))).details.replace('object "app": ', '');

  it('is mounted as docs/examples/tree.yaml says', async () => {
    const text = readFileSync(new URL('../../docs/examples/tree.yaml', import.meta.url), 'utf8');
    await world.write('team/db', { user: 'u', password: 'p' });
    await world.write('team/web/api', { key: 'k' });
    const objects = String(parseAllDocuments(text)[0]?.toJS().spec.parameters.objects);
    const answer = await daemon.driver().mount(world.wish(objects, { pod: 'pod-tree' }));
    assert.deepEqual(filesOf(answer), { 'team/db/password': 'p', 'team/db/user': 'u', 'team/web/api/key': 'k' });
  });

  for (const spelling of ['secret/tree', 'secret/data/tree', '/v1/secret/metadata/tree/'])
    it(`has a file for each key of each secret, of KV version 2: ${spelling}`, async () => {
      await world.write('tree/db', { user: 'u', password: 'p' });
      await world.write('tree/team/a/api', { key: 'k' });
      await world.write('tree/team/a/b/c/deep', { key: 'k' });
      const answer = await daemon.driver().mount(wish(spelling));
      assert.deepEqual(filesOf(answer), { 'app/db/password': 'p', 'app/db/user': 'u', 'app/team/a/api/key': 'k' });
      assert.deepEqual([...answer.versions.keys()], ['app']);
    });

  it('has the same of KV version 1, also of the engine as a whole', async () => {
    await world.bao.request('POST', 'tree-one/tree/db', { user: 'u' });
    await world.bao.request('POST', 'tree-one/tree/x/y', { key: 'k' });
    assert.deepEqual(filesOf(await daemon.driver().mount(wish('tree-one/tree'))), {
      'app/db/user': 'u',
      'app/x/y/key': 'k',
    });
    await world.bao.request('POST', 'tree-one/top', { key: 'k' });
    assert.deepEqual(filesOf(await daemon.driver().mount(wish('tree-one', 'tree: {depth: 1}'))), {
      'app/top/key': 'k',
    });
    const whole = filesOf(await daemon.driver().mount(wish('tree-one', 'tree: all', 'pod-whole')));
    assert.equal(whole['app/tree/db/user'], 'u');
  });

  it('does not ask which engine it is if the class says so, and otherwise once per pod', async () => {
    await world.write('asked/a', { key: 'k' });
    const reads = async (fields: string, pod: string) => {
      for (let poll = 0; poll < 3; poll += 1) await daemon.driver().mount(wish('secret/asked', fields, pod));
      const lines = await daemon.untilLoggedTimes(3, (line) => line['pod'] === pod && 'reads' in line);
      return lines.map((line) => line['reads']);
    };
    assert.deepEqual(await reads('tree: all', 'pod-asks'), [3, 2, 2]);
    assert.deepEqual(await reads('tree: {mount: secret/, version: 2}', 'pod-knows'), [2, 2, 2]);
  });

  it('follows secrets and keys that come and go', async () => {
    await world.write('moving/a', { one: '1' });
    const first = await daemon.driver().mount(wish('secret/moving'));
    await world.write('moving/b/c', { two: '2' });
    await world.write('moving/a', { one: '1', three: '3' });
    const second = await daemon.driver().mount(wish('secret/moving'));
    assert.deepEqual(filesOf(second), { 'app/a/one': '1', 'app/a/three': '3', 'app/b/c/two': '2' });
    assert.notEqual(second.versions.get('app'), first.versions.get('app'));
    await remove('moving/a');
    assert.deepEqual(filesOf(await daemon.driver().mount(wish('secret/moving'))), { 'app/b/c/two': '2' });
  });

  it('has a version that a secret of the name of its folder does not change', async () => {
    const objects = (folder: string) =>
      `- {objectName: own, secretPath: ${folder}, secretKey: k}\n- {objectName: app, secretPath: ${folder}, tree: all}`;
    const mount = () => daemon.driver().mount(world.wish(objects('secret/data/named'), { pod: 'pod-named-so' }));
    await world.write('named/a', { k: 'v' });
    await world.write('named', { k: '1' });
    const first = await mount();
    await world.write('named', { k: '2' });
    const second = await mount();
    assert.deepEqual(filesOf(second), { own: '2', 'app/a/k': 'v' });
    assert.equal(second.versions.get('app'), first.versions.get('app'));
    assert.notEqual(second.versions.get('own'), first.versions.get('own'));
  });

  it('leaves out a secret whose version is deleted, and fails once there is none', async () => {
    await world.write('going/a', { one: '1' });
    await world.write('going/b', { two: '2' });
    await daemon.driver().mount(wish('secret/going'));
    await world.bao.request('DELETE', 'secret/data/going/a');
    assert.deepEqual(filesOf(await daemon.driver().mount(wish('secret/going'))), { 'app/b/two': '2' });
    await world.bao.request('DELETE', 'secret/data/going/b');
    assert.equal(
      await refusal('secret/going'),
      'below secret/going there is no secret, and a volume cannot be emptied; write one, or take the object out of the class [nothing-to-mount]',
    );
    await remove('going/a');
    await remove('going/b');
    assert.match(
      await refusal('secret/going'),
      /^LIST secret\/metadata\/going: there is nothing at this path .*\[path-missing\]$/,
    );
    await world.write('no-folder', { key: 'k' });
    assert.match(
      await refusal('secret/no-folder'),
      /check that it is a folder with secrets in it; a secret's own keys are mounted by keys: all \[path-missing\]$/,
    );
    await daemon.driver().mount(wish('secret/data/no-folder', 'keys: all'));
    const { files, versions } = await daemon.driver().mount(wish('secret/going', 'tree: all, optional: true'));
    assert.deepEqual([files, versions.get('app')], [[], 'absent']);
  });

  it('fails if a secret in it may not be read, also if it is optional', async () => {
    await world.write('shut/away', { key: 'k' });
    await world.write('shut/open', { key: 'k' });
    for (const fields of ['tree: all', 'tree: all, optional: true'])
      assert.match(
        await refusal('secret/shut', fields),
        /^GET secret\/data\/shut\/away: forbidden .*\[read-forbidden\]$/,
      );
  });

  it('fails for a login without a right there as its message says, and is mounted once it has one', async () => {
    await world.write('norights/a', { key: 'k' });
    await world.bao.addPolicy('norights', 'path "other/*" { capabilities = ["read"] }');
    await world.jwt.addRole('norights', { policies: ['norights'] });
    const ask = (pod: string) =>
      world.wish('- {objectName: app, secretPath: secret/norights, tree: all}', {
        pod,
        parameters: { roleName: 'norights' },
      });
    assert.match(
      (await daemon.driver().refusal(ask('pod-norights'))).details,
      /^object "app": GET sys\/internal\/ui\/mounts\/secret\/norights: forbidden by the store \(403: .*\); check that an engine is mounted where secret\/norights begins, and that a policy of the login's role grants "list" on the folder and "read" on the secrets in it \[read-forbidden\]$/,
    );
    await world.bao.addPolicy(
      'norights',
      'path "secret/metadata/norights/*" { capabilities = ["list"] } path "secret/data/norights/*" { capabilities = ["read"] }',
    );
    assert.deepEqual(filesOf(await daemon.driver().mount(ask('pod-rights'))), { 'app/a/key': 'k' });
  });

  it('fails if there are more secrets than limit, and is mounted once it is raised', async () => {
    for (const name of ['a', 'b', 'c']) await world.write(`three/${name}`, { key: name });
    assert.equal(
      await refusal('secret/three', 'tree: {limit: 2}'),
      'secret/three has more than 2 secrets or folders; raise limit, name a folder in it, or lower depth [files-too-large]',
    );
    const { files } = await daemon.driver().mount(wish('secret/three', 'tree: {limit: 3}'));
    assert.equal(files.length, 3);
  });

  it('fails for a folder of another engine, and for a mount that it does not lie in', async () => {
    assert.match(await refusal('sys/policies'), /\[(request-refused|path-missing|read-forbidden)\]$/);
    assert.equal(
      await refusal('secret/three', 'tree: {mount: other, version: 2}'),
      'secret/three does not lie below the mount other; correct one of them [request-refused]',
    );
  });

  describe('of those that are found', () => {
    const label = (path: string, tags: Record<string, string>) =>
      world.bao.request('POST', `secret/metadata/${path}`, { custom_metadata: tags });

    it('is mounted as docs/examples/find.yaml says, and follows what is labelled', async () => {
      const text = readFileSync(new URL('../../docs/examples/find.yaml', import.meta.url), 'utf8');
      const objects = String(parseAllDocuments(text)[0]?.toJS().spec.parameters.objects);
      for (const name of ['web-db', 'api-db', 'web-cache', 'old-db'])
        await world.write(`found/${name}`, { password: name });
      await label('found/web-db', { app: 'shop', tier: 'one' });
      await label('found/web-cache', { app: 'shop' });
      await label('found/old-db', { app: 'other' });
      const mount = () =>
        daemon.driver().mount(world.wish(objects, { pod: 'pod-find', parameters: { roleName: 'tree' } }));
      const first = await mount();
      assert.deepEqual(filesOf(first), { 'web-db/password': 'web-db' });
      await label('found/api-db', { app: 'shop' });
      const second = await mount();
      assert.deepEqual(filesOf(second), { 'api-db/password': 'api-db', 'web-db/password': 'web-db' });
      assert.notEqual(second.versions.get('.'), first.versions.get('.'));
      await label('found/web-db', { app: 'none' });
      assert.deepEqual(filesOf(await mount()), { 'api-db/password': 'api-db' });
    });

    it('has those of a name, also of KV version 1, which has no tags', async () => {
      await world.bao.request('POST', 'tree-one/named/a-db', { key: 'a' });
      await world.bao.request('POST', 'tree-one/named/x/b-db', { key: 'b' });
      await world.bao.request('POST', 'tree-one/named/x/c', { key: 'c' });
      const find = (fields: string) => wish('tree-one/named', `find: {${fields}}`, 'pod-named');
      const named = async (fields: string) => filesOf(await daemon.driver().mount(find(fields)));
      assert.deepEqual(await named('name: "-db$"'), { 'app/a-db/key': 'a', 'app/x/b-db/key': 'b' });
      assert.deepEqual(await named('name: "^x/"'), { 'app/x/b-db/key': 'b', 'app/x/c/key': 'c' });
      assert.deepEqual(await named('name: "-db$", depth: 1, limit: 1'), { 'app/a-db/key': 'a' });
      const says = async (fields: string) => await refusal('tree-one/named', `find: {${fields}}`);
      assert.equal(
        await says('tags: {a: b}'),
        'tree-one/named: only KV version 2 has tags; find by name alone [request-refused]',
      );
      assert.match(
        await says('name: "-db$", limit: 1'),
        /^tree-one\/named has more than 1 secrets or folders; raise limit/,
      );
      assert.equal(
        await says('name: nothing'),
        'below tree-one/named no secret has such a name and tags, and a volume cannot be emptied; write one, or take the object out of the class [nothing-to-mount]',
      );
    });

    it('fails if the tags of one may not be read', async () => {
      await world.write('hidden/a', { key: 'k' });
      await world.bao.addPolicy(
        'tree',
        `${MAY_READ} ${RULES} path "secret/metadata/hidden/a" { capabilities = ["deny"] }`,
      );
      assert.match(
        await refusal('secret/hidden', 'find: {tags: {a: b}}, optional: true'),
        /^GET secret\/metadata\/hidden\/a: forbidden .*\[read-forbidden\]$/,
      );
    });
  });

  it('costs one list and one round of reads with 500 secrets, and hardly more time than 500 objects', async () => {
    const names = Array.from({ length: 500 }, (_, index) => `s${String(index).padStart(3, '0')}`);
    for (let start = 0; start < names.length; start += 50)
      await Promise.all(names.slice(start, start + 50).map((name) => world.write(`big/${name}`, { key: name })));
    const single = names.map(
      (name) => `- {objectName: app/${name}/key, secretPath: secret/data/big/${name}, secretKey: key}`,
    );
    const classes = {
      tree: '- {objectName: app, secretPath: secret/big, tree: {limit: 500, mount: secret, version: 2}}',
      objects: single.join('\n'),
    };
    const files: unknown[] = [];
    const cost = { tree: 0, objects: 0 };
    for (const [name, objects] of Object.entries(classes) as ['tree' | 'objects', string][]) {
      const own = await world.daemon({ args: ['--poll-window=0s', '--coalesce-window=0s'] });
      const pid = own.process.pid ?? 0;
      const wishOf = world.kubernetesWish(objects, { pod: name });
      for (let warm = 0; warm < 3; warm += 1) files.push(filesOf(await own.driver().mount(wishOf)));
      const before = processCpuMs(pid);
      for (let poll = 0; poll < 5; poll += 1) await own.driver().mount(wishOf);
      cost[name] = (processCpuMs(pid) - before) / 5;
      const { reads } = await own.untilLogged(({ pod }) => pod === name);
      assert.equal(reads, name === 'tree' ? 501 : 500);
      console.log(`      ${name}: ${cost[name].toFixed(0)} ms of a processor per poll, ${peakMiB(pid)} MiB at most`);
    }
    for (const one of files) assert.deepEqual(one, files[0]);
    assert.equal(Object.keys(files[0] as object).length, 500);
    assert.ok(cost.tree <= 1.5 * cost.objects + 20, `${cost.tree} ms, ${cost.objects} ms with objects`);
  });
});
