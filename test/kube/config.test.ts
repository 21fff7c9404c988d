import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiServer, Source } from '../../src/kube/api-server.ts';
import { findApiServer } from '../../src/kube/config.ts';

const reveal = (source: Source | undefined) => (source && 'text' in source ? source.text.reveal() : source?.path);

describe('findApiServer', () => {
  let dir: string;
  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'secretmount-config-'));
    mkdirSync(join(dir, 'account'));
    writeFileSync(join(dir, 'account', 'namespace'), 'csi\n');
  });
  after(() => rmSync(dir, { recursive: true }));

  const kubeconfig = (text: string): Promise<ApiServer | undefined> => {
    writeFileSync(join(dir, 'config'), text);
    return findApiServer({ kubeconfig: join(dir, 'config'), env: {} });
  };
  const withUser = (user: string, cluster = 'server: https://api.test:6443') =>
    `apiVersion: v1\nkind: Config\ncurrent-context: c\ncontexts: [{name: c, context: {cluster: k, user: u, namespace: tools}}]\nclusters: [{name: k, cluster: {${cluster}}}]\nusers: [{name: u, user: {${user}}}]\n`;

  it('finds nothing outside of a cluster', async () => {
    assert.equal(await findApiServer({ env: {} }), undefined);
  });

  it("finds the pod's own account in a cluster", async () => {
    const env = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '6443' };
    const accountDir = join(dir, 'account');
    assert.deepEqual(await findApiServer({ env, accountDir }), {
      host: '10.0.0.1',
      port: 6443,
      basePath: '',
      ca: { path: join(accountDir, 'ca.crt') },
      serverName: undefined,
      skipVerify: false,
      token: { path: join(accountDir, 'token') },
      certificate: undefined,
      namespace: 'csi',
    });
  });

  it('says what to set where the account is not mounted', async () => {
    await assert.rejects(
      findApiServer({ env: { KUBERNETES_SERVICE_HOST: '10.0.0.1' }, accountDir: join(dir, 'none') }),
      {
        name: 'StartupError',
        message: `cannot read ${join(dir, 'none', 'namespace')}; set automountServiceAccountToken: true on the pod`,
      },
    );
  });

  it('takes KUBECONFIG before the cluster and the flag before both', async () => {
    await kubeconfig(withUser('token: t'));
    writeFileSync(join(dir, 'other'), withUser('token: t', 'server: https://other.test'));
    const env = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBECONFIG: join(dir, 'config') };
    assert.equal((await findApiServer({ env }))?.host, 'api.test');
    assert.equal((await findApiServer({ env, kubeconfig: join(dir, 'other') }))?.host, 'other.test');
  });

  it('reads a token, and a server with a path and an IPv6 address', async () => {
    const found = await kubeconfig(withUser('token: s3cret', 'server: "https://[::1]/k8s/c1/", tls-server-name: api'));
    assert.equal(reveal(found?.token), 's3cret');
    assert.deepEqual([found?.host, found?.port, found?.basePath, found?.serverName], ['::1', 443, '/k8s/c1', 'api']);
    assert.equal(found?.namespace, 'tools');
  });

  it('takes paths relative to the file, and data before paths', async () => {
    const found = await kubeconfig(
      withUser(
        'tokenFile: t/token, token: old, client-certificate: c.pem, client-key: k.pem, client-key-data: S0VZ',
        'server: https://a, certificate-authority: /abs/ca.pem, insecure-skip-tls-verify: true',
      ),
    );
    assert.equal(reveal(found?.token), join(dir, 't/token'));
    assert.equal(reveal(found?.certificate?.cert), join(dir, 'c.pem'));
    assert.equal(reveal(found?.certificate?.key), 'KEY');
    assert.equal(reveal(found?.ca), '/abs/ca.pem');
    assert.equal(found?.skipVerify, true);
  });

  const wrong: readonly (readonly [says: string, text: string, message: string])[] = [
    [
      'exec',
      withUser('exec: {command: aws}'),
      'logs in through exec, which is not supported; use a token, a tokenFile or a client certificate',
    ],
    [
      'auth-provider',
      withUser('auth-provider: {name: gcp}'),
      'logs in through auth-provider, which is not supported; use a token, a tokenFile or a client certificate',
    ],
    ['http', withUser('token: t', 'server: http://a'), 'names no server that starts with https://'],
    ['no context', 'apiVersion: v1', 'has no current-context'],
    ['an unknown context', 'current-context: x', 'names a context that is not in its contexts'],
    [
      'half a client certificate',
      withUser('client-key: k.pem'),
      'has a client certificate without its key, or the other way',
    ],
    ['a token that is a number', withUser('token: 12345'), 'has a token that is not a string'],
    ['text that is not YAML', 'token: s3cret: s3cret', 'is not a YAML map'],
    ['a list', '- s3cret', 'is not a YAML map'],
    [
      'an alias bomb',
      `a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n`,
      'is not a YAML map',
    ],
    ['100,000 brackets', '['.repeat(100_000), 'is not a YAML map'],
  ];
  for (const [says, text, message] of wrong) {
    it(`refuses ${says} without quoting the file`, async () => {
      await assert.rejects(kubeconfig(text), {
        name: 'StartupError',
        message: `kubeconfig ${join(dir, 'config')} ${message}`,
      });
    });
  }

  it('says which file cannot be read', async () => {
    await assert.rejects(findApiServer({ kubeconfig: join(dir, 'nowhere'), env: {} }), {
      message: `cannot read kubeconfig ${join(dir, 'nowhere')}: it does not exist`,
      exitCode: 2,
    });
    await assert.rejects(kubeconfig(`# ${'s3cret '.repeat(300_000)}`), {
      name: 'StartupError',
      message: `cannot read kubeconfig ${join(dir, 'config')}: it is over 1 MiB`,
    });
  });
});
