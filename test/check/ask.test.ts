// `check --ask`: what a real OpenBao says of the mounts, and that the person's token goes nowhere else.
import assert from 'node:assert/strict';
import { answer, type FaultyStore, startFaultyStore, startProxy } from '../harness/faulty-store.ts';
import { type OpenBao, startOpenBao } from '../harness/openbao.ts';
import { skip } from '../harness/skip.ts';
import { classOf, Folder, runCheck } from './run-check.ts';

/** A port of the machine itself on which nothing listens. */
const NOBODY = 'http://127.0.0.1:1';
const TOKEN = 'hush-hush-token';

describe('check --ask', () => {
  const folder = new Folder();
  let bao: OpenBao;
  let readerToken: string;

  before('a store with a mount of each kind', async () => {
    bao = await startOpenBao();
    await bao.enableKv('kv1', 1);
    await bao.enableKv('team/kv2', 2);
    await bao.enablePki();
    if (bao.hasNamespaces) {
      await bao.addNamespace('shop');
      await bao.enableKv('inner', 2, 'shop');
    }
    await bao.addPolicy('reader', 'path "secret/data/*" { capabilities = ["read"] }');
    const answered = await bao.request('POST', 'auth/token/create', { policies: ['reader'] });
    readerToken = answered.auth.client_token;
  });

  after(async () => {
    await bao.stop();
    folder.remove();
  });

  const ask = async (text: string, token = bao.rootToken, address = bao.address, ...flags: readonly string[]) => {
    const file = folder.write('class.yaml', text);
    const ran = await runCheck(['--ask', `--vault-addr=${address}`, ...flags, file], { BAO_TOKEN: token });
    assert.doesNotMatch(`${ran.out}${ran.err}`, new RegExp(token));
    return { ...ran, out: ran.out.replaceAll(folder.path, '') };
  };

  it('names the path with data/ for one that misses it, at the place of the path', async () => {
    const { code, out } = await ask(classOf('a', ['secret/app', 'team/kv2/app/db?version=2']));
    assert.equal(
      out,
      [
        '/class.yaml:9:38: error: object "o0": "secret/" is KV version 2; write "secret/data/app" [kv-version]',
        '/class.yaml:10:38: error: object "o1": "team/kv2/" is KV version 2; write "team/kv2/data/app/db" [kv-version]',
        '1 class: 2 errors, 0 warnings\n',
      ].join('\n'),
    );
    assert.equal(code, 1);
  });

  it('names metadata/ for a list, and the place of the name where the path is the mount', async () => {
    const text = classOf('a', ['secret/app', 'secret', 'secret']);
    const { out } = await ask(
      text.replace('app", ', 'app", method: list, ').replace(/(.*)secret", /s, '$1secret", method: SCAN, '),
    );
    assert.deepEqual(
      [...out.matchAll(/write ("[^"]*")/g)].map(([, right]) => right),
      ['"secret/metadata/app"', '"secret/data/<name>"', '"secret/metadata/"'],
    );
  });

  it('says nothing of KV version 1, of a path with data/ or metadata/, or of another engine', async () => {
    const paths = ['kv1/app', 'secret/data/app', '/v1/team/kv2/data/a', 'secret/metadata/app', 'pki/cert/ca'];
    assert.deepEqual(await ask(classOf('a', paths)), { code: 0, out: '1 class: no problems\n', err: '' });
  });

  it('says nothing of a tree of KV version 2, which finds data/ by itself', async () => {
    const text = classOf('a', ['secret/app']).replace(/(secret\/app"?), [^}]*/, '$1, tree: all');
    assert.match(text, /tree: all/);
    assert.deepEqual(await ask(text), { code: 0, out: '1 class: no problems\n', err: '' });
  });

  it('warns of a path that the token may not see, or that nothing serves', async () => {
    const { code, out } = await ask(classOf('a', ['secret/data/app', 'team/kv2/app', 'nothing/here']), readerToken);
    const told = 'the store does not say what';
    const fix = 'check the path, or ask with a token that may read it [kv-unknown]';
    assert.equal(
      out,
      [
        `/class.yaml:10:38: warning: object "o1": ${told} "team/kv2/app" is; ${fix}`,
        `/class.yaml:11:38: warning: object "o2": ${told} "nothing/here" is; ${fix}`,
        '1 class: 0 errors, 2 warnings\n',
      ].join('\n'),
    );
    assert.equal(code, 0);
  });

  describe('with a token that the store does not take', () => {
    const REFUSED =
      /^secretmount: http:\/\/[^ ]+ does not take the token \(403 also for auth\/token\/lookup-self\); log in again, and check that the token is this store's\n$/;

    it('ends with 2, whichever paths are asked', async () => {
      for (const paths of [['secret/app'], ['secret/data/app', 'nothing/here', 'pki/cert/ca']]) {
        const { code, out, err } = await ask(classOf('a', paths), TOKEN);
        assert.deepEqual([code, out], [2, '']);
        assert.match(err, REFUSED);
      }
      assert.match((await ask(classOf('a', ['inner/app'], 'vaultNamespace: shop'), TOKEN)).err, REFUSED);
    });

    it('ends with 2 for one that was revoked', async () => {
      const { auth } = await bao.request('POST', 'auth/token/create', { policies: ['reader'] });
      assert.equal((await ask(classOf('a', ['secret/data/app']), auth.client_token)).code, 0);
      await bao.request('POST', 'auth/token/revoke', { token: auth.client_token });
      assert.match((await ask(classOf('a', ['secret/data/app']), auth.client_token)).err, REFUSED);
    });

    it('only warns where the token is one and may see nothing', async () => {
      const { code, out } = await ask(classOf('a', ['team/kv2/app', 'pki/cert/ca']), readerToken);
      assert.equal(code, 0);
      assert.match(out, /0 errors, 2 warnings/);
    });

    it('takes it for one where any path was told of, though it may not look itself up', async () => {
      const { auth } = await bao.request('POST', 'auth/token/create', {
        policies: ['reader'],
        no_default_policy: true,
      });
      const { code, out } = await ask(classOf('a', ['team/kv2/app', 'secret/data/app']), auth.client_token);
      assert.equal(code, 0);
      assert.match(out, /0 errors, 1 warning/);
    });
  });

  it("asks in the class's own namespace, and without one in that of --vault-namespace", async function () {
    if (!bao.hasNamespaces) skip(this, 'the store has no namespaces');
    const wrong = /"inner\/" is KV version 2; write "inner\/data\/app"/;
    assert.match((await ask(classOf('a', ['inner/app'], 'vaultNamespace: shop'))).out, wrong);
    assert.match(
      (await ask(classOf('a', ['inner/app']), bao.rootToken, bao.address, '--vault-namespace=shop')).out,
      wrong,
    );
    assert.match((await ask(classOf('a', ['inner/app']))).out, /kv-unknown/);
  });

  it('takes the token of --token-file before the one of the environment', async () => {
    const file = folder.write('token', `${bao.rootToken}\n`);
    const { code, err } = await ask(classOf('a', ['kv1/app']), TOKEN, bao.address, `--token-file=${file}`);
    assert.deepEqual({ code, err }, { code: 0, err: '' });
  });

  it('asks once for two objects, and two classes, of one path', async () => {
    const proxy = await startProxy({ target: bao.address });
    try {
      const text = [
        classOf('a', ['secret/app', 'secret/app?version=1', '/v1/secret/app']),
        classOf('b', ['secret/app']),
      ];
      const { out } = await ask(text.join('---\n'), bao.rootToken, proxy.address);
      assert.equal(out.match(/kv-version/g)?.length, 4);
      assert.deepEqual([...proxy.requests], [['GET /v1/sys/internal/ui/mounts/secret/app', 1]]);
    } finally {
      await proxy.stop();
    }
  });

  it('refuses a namespace where the store says that it has none', async () => {
    let edition: unknown = { enterprise: false };
    const store = await startFaultyStore({
      behaviour: (request, response) =>
        answer(200, request.url.startsWith('/v1/sys/health') ? edition : { data: {} })(request, response),
    });
    const text = classOf('a', ['secret/data/app'], 'vaultNamespace: team-a');
    const told =
      /class\.yaml:\d+:\d+: error: vaultNamespace: the store is Vault Community, which ignores "team-a" .* \[namespace-ignored\]/;
    const first = await ask(text, TOKEN, store.address);
    assert.match(first.out, told);
    assert.equal(first.code, 1);
    edition = { version: '2.7.2' };
    assert.doesNotMatch((await ask(text, TOKEN, store.address)).out, /namespace-ignored/);
    await store.stop();
  });

  it('asks nothing where it is not told to', async () => {
    const proxy = await startProxy({ target: bao.address });
    try {
      const file = folder.write('class.yaml', classOf('a', ['secret/app']));
      const { code } = await runCheck([`--vault-addr=${proxy.address}`, file], { BAO_TOKEN: TOKEN });
      assert.deepEqual([code, proxy.total], [0, 0]);
    } finally {
      await proxy.stop();
    }
  });

  describe('of a store that is not the one of the flags', () => {
    let trap: FaultyStore;

    before(async () => {
      trap = await startFaultyStore({ behaviour: answer(200, { data: { path: 'secret/', type: 'kv' } }) });
    });

    after(() => trap.stop());

    it('asks neither for a class that names it, nor gives it the token', async () => {
      const text = [
        classOf('theirs', ['secret/app'], `vaultAddress: ${trap.address}`),
        classOf('also-theirs', ['secret/app'], `openbaoAddress: ${trap.address}/${bao.address}`),
        classOf('ours', ['secret/app'], `vaultAddress: ${bao.address}/`),
      ];
      const { out } = await ask(text.join('---\n'));
      assert.deepEqual([trap.connections, trap.requests], [0, []]);
      assert.equal(out.match(/kv-version/g)?.length, 1);
    });

    it('follows no redirect to another address, which would get the token', async () => {
      const front = await startFaultyStore({ behaviour: answer(307, undefined, { location: `${trap.address}/v1/a` }) });
      const before = trap.requests.length;
      try {
        const { code, out, err } = await ask(classOf('a', ['secret/app']), TOKEN, front.address);
        assert.deepEqual([code, out, front.requests.length, trap.requests.length], [2, '', 1, before]);
        assert.match(err, /^secretmount: .*redirected by .*\n$/);
      } finally {
        await front.stop();
      }
    });

    it('writes a path into the request in a form that stays below the question', async () => {
      const { code } = await ask(classOf('a', ['../../../../evil', 'a/../../b', 'a b/é%2f..']), TOKEN, trap.address);
      assert.ok(code === 0 || code === 1);
      // As it tells of no path, the token itself is asked about.
      const asked = trap.requests.filter(({ url }) => url !== '/v1/auth/token/lookup-self');
      for (const { url } of asked) assert.match(url, /^\/v1\/sys\/internal\/ui\/mounts\/(?!.*\.\.\/)/);
    });
  });

  it('ends with 2 and a plain line where the store does not answer', async () => {
    const { code, out, err } = await ask(classOf('a', ['secret/app']), TOKEN, NOBODY);
    assert.deepEqual([code, out], [2, '']);
    assert.match(err, /^secretmount: GET sys\/internal\S* http:\/\/127\.0\.0\.1:1 refuses connections; .*\n$/);
  });

  it('ends with 2 and a plain line where there is no token, or a broken one', async () => {
    const file = folder.write('class.yaml', classOf('a', ['secret/app']));
    const flags = ['--ask', `--vault-addr=${bao.address}`, file];
    const missing = 'secretmount: --ask needs a token: --token-file, BAO_TOKEN or VAULT_TOKEN\n';
    assert.deepEqual(await runCheck(flags), { code: 2, out: '', err: missing });
    const broken = await runCheck(flags, { VAULT_TOKEN: `${TOKEN} and more` });
    assert.equal(broken.err, 'secretmount: BAO_TOKEN or VAULT_TOKEN holds something else than one token\n');
    assert.equal(broken.code, 2);
  });

  it('refuses to ask where a variable makes Node print tokens', async () => {
    const file = folder.write('class.yaml', classOf('a', ['secret/app']));
    const { code, err } = await runCheck(['--ask', file], { NODE_DEBUG: 'http', BAO_TOKEN: TOKEN });
    assert.equal(code, 2);
    assert.match(err, /NODE_DEBUG is set/);
  });
});
