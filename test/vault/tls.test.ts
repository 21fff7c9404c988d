// The certificate files of a store: what is trusted, what is shown, when files are read again, and what
// people read when one of them is wrong.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TlsSettings } from '../../src/plan/plan.ts';
import { TlsFiles } from '../../src/vault/tls-files.ts';
import { createAuthority } from '../harness/certificates.ts';
import { answer, type FaultyStore, redirectTo, startFaultyStore } from '../harness/faulty-store.ts';
import { skip } from '../harness/skip.ts';
import { createStores, openClient, readOf, rejectsWith, settingsOf, TOKEN, within } from './client-fixture.ts';

const authority = createAuthority('Test CA');
const stranger = createAuthority('Strange CA');
const MOUNT_IT = "correct the path, or mount the file into the provider's container";

/** The errors of a leaf whose signer nobody knows. */
const UNLINKED =
  ', or a certificate between the two is missing; set vaultCACertPath or vaultCADirectory to the CA that signed it, or let the store send its intermediate certificates with its own';

describe('TLS', () => {
  let folder: string;
  let store: FaultyStore;
  const write = async (name: string, text: string) => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
  const read = async (tls: Partial<TlsSettings>, address = store.address, isFromClass = true) =>
    (await openClient(address, { tls, isFromClass })).read(readOf('p'), TOKEN, within());

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'secretmount-'));
    store = await startFaultyStore({ tls: authority.issue({ names: ['localhost', '127.0.0.1', 'vault.example'] }) });
  });
  after(async () => {
    await store.stop();
    await rm(folder, { recursive: true });
  });

  it('trusts the CA of a file, of a folder and its sub-folders, and of a text', async () => {
    const caDirectory = join(folder, 'cas');
    await mkdir(join(caDirectory, 'below'), { recursive: true });
    await write('cas/stranger.crt', stranger.certPem);
    await write('cas/below/ours', authority.certPem);
    await write('cas/.hidden', 'not a certificate');
    await read({ caCertPath: await write('ca.pem', `some words\n${stranger.certPem}\n${authority.certPem}`) });
    await read({ caDirectory });
    await read({ caPem: authority.certPem });
  });

  it('trusts an intermediate that is given as the CA, as Go programs do', async () => {
    const intermediate = authority.issueAuthority('Intermediate');
    const chained = await startFaultyStore({ tls: intermediate.issue({ names: ['127.0.0.1'] }) });
    await read({ caPem: intermediate.certPem }, chained.address);
    await chained.stop();
  });

  it('reads a folder that a ConfigMap is mounted to, through its links', async () => {
    const caDirectory = join(folder, 'configmap');
    await mkdir(join(caDirectory, '..2026'), { recursive: true });
    await write('configmap/..2026/ca.crt', authority.certPem);
    await symlink('..2026', join(caDirectory, '..data'));
    await symlink('..data/ca.crt', join(caDirectory, 'ca.crt'));
    await read({ caDirectory });
  });

  it('takes the file where a file, a folder and a text are given', async () => {
    const caCertPath = await write('ca.pem', authority.certPem);
    await read({ caCertPath, caDirectory: '/nowhere', caPem: 'nonsense' });
  });

  it('without a CA asks the system, without any flag of Node', async () => {
    await rejectsWith(
      read({}),
      'store-tls',
      `GET p: ${store.address}: its certificate is not signed by the system's CAs${UNLINKED}`,
    );
    const script = `
      import { openClient, readOf, within, TOKEN } from ${JSON.stringify(join(import.meta.dirname, 'client-fixture.ts'))};
      const client = await openClient(${JSON.stringify(store.address)});
      console.log((await client.read(readOf('p'), TOKEN, within())).body.reveal().bytes.length);
    `;
    const ca = await write('system.pem', authority.certPem);
    for (const name of ['SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS']) {
      const env = { ...process.env, [name]: ca };
      const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { env });
      assert.equal(stdout.trim(), '11', name);
    }
  });

  it('refuses a store whose certificate another CA signed, and takes it where verification is off', async () => {
    const caCertPath = await write('stranger.pem', stranger.certPem);
    await rejectsWith(
      read({ caCertPath }),
      'store-tls',
      `GET p: ${store.address}: its certificate is not signed by the CA of vaultCACertPath ${caCertPath}${UNLINKED}`,
    );
    await read({ caCertPath, skipVerify: true });
    await read({ skipVerify: true });
  });

  it('holds the certificate against the host, or against the server name that is set', async () => {
    const other = await startFaultyStore({ tls: authority.issue({ names: ['vault.example'] }) });
    await rejectsWith(
      read({ caPem: authority.certPem }, other.address),
      'store-tls',
      `GET p: ${other.address}: its certificate is not for 127.0.0.1; correct the address, or set vaultTLSServerName to a name in it`,
    );
    await read({ caPem: authority.certPem, serverName: 'vault.example' }, other.address);
    await rejectsWith(
      read({ caPem: authority.certPem, serverName: 'other.example' }, other.address),
      'store-tls',
      `GET p: ${other.address}: its certificate is not for other.example; correct the address, or set vaultTLSServerName to a name in it`,
    );
    await read({ caPem: authority.certPem, serverName: 'other.example', skipVerify: true }, other.address);
    await other.stop();
  });

  it('refuses a certificate that has expired or is not valid yet', async () => {
    const hour = 60 * 60 * 1000;
    const times: readonly [number, number, RegExp][] = [
      [Date.now() - 2 * hour, Date.now() - hour, /its certificate has expired; renew it at the store$/],
      [Date.now() + hour, Date.now() + 2 * hour, /its certificate is not valid yet; check the node's clock$/],
    ];
    for (const [notBefore, notAfter, message] of times) {
      const other = await startFaultyStore({ tls: authority.issue({ names: ['127.0.0.1'], notBefore, notAfter }) });
      await rejectsWith(read({ caPem: authority.certPem }, other.address), 'store-tls', message);
      await other.stop();
    }
  });

  it('shows a client certificate, and says so where the store wants one', async () => {
    const other = await startFaultyStore({
      tls: authority.issue({ names: ['127.0.0.1'] }),
      clientCa: stranger.certPem,
    });
    const { certPem, keyPem } = stranger.issue({ names: ['provider'] });
    const pair = {
      clientCertPath: await write('client.pem', certPem),
      clientKeyPath: await write('client.key', keyPem),
    };
    await read({ caPem: authority.certPem, ...pair }, other.address);
    await rejectsWith(
      read({ caPem: authority.certPem }, other.address),
      'store-tls',
      `GET p: ${other.address}: it turned our side of TLS away; if it asks for client certificates, set vaultTLSClientCertPath and vaultTLSClientKeyPath to one it knows`,
    );
    await other.stop();
  });

  it('says what is wrong where one side speaks TLS and the other does not', async () => {
    const plain = await startFaultyStore();
    const address = plain.address.replace('http:', 'https:');
    await rejectsWith(
      read({ skipVerify: true }, address),
      'store-tls',
      `GET p: ${address}: it does not speak TLS; check the port, or write http:// if that is meant`,
    );
    await rejectsWith(read({}, store.address.replace('https:', 'http:')), 'store-connection-reset');
    await plain.stop();
  });

  it('never follows a redirect out of it', async () => {
    const plain = await startFaultyStore();
    const other = await startFaultyStore({
      tls: authority.issue({ names: ['127.0.0.1'] }),
      behaviour: redirectTo(`${plain.address}/v1/p`),
    });
    await rejectsWith(
      read({ caPem: authority.certPem }, other.address, false),
      'address-refused',
      `GET p: ${other.address} redirects to ${plain.address}, which would send the token unencrypted; correct the store's api_addr`,
    );
    assert.equal(plain.requests.length, 0);
    await Promise.all([plain.stop(), other.stop()]);
  });

  it('verifies the store that a redirect leads to with the same CA', async () => {
    const first = await startFaultyStore({ behaviour: redirectTo(`${store.address}/v1/p`) });
    await read({ caPem: authority.certPem }, first.address, false);
    await rejectsWith(read({ caPem: stranger.certPem }, first.address, false), 'store-tls');
    await first.stop();
  });

  it('is spoken over one connection for many reads', async () => {
    const other = await startFaultyStore({
      tls: authority.issue({ names: ['127.0.0.1'] }),
      behaviour: answer(200, { data: {} }),
    });
    const client = await openClient(other.address, { tls: { caPem: authority.certPem } });
    for (let i = 0; i < 5; i++) await client.read(readOf('p'), TOKEN, within());
    assert.equal(other.connections, 1);
    await other.stop();
  });

  it('needs no files for a store that is reached without it', async () => {
    await openClient('http://vault.example', { tls: { caCertPath: '/nowhere' } });
  });

  it('reads a file again when it changes, and keys the client by what the files hold', async () => {
    const caCertPath = await write('changing.pem', stranger.certPem);
    const stores = createStores();
    const open = (tls: Partial<TlsSettings>) => stores.open(settingsOf(store.address, { tls }));
    const before = await open({ caCertPath });
    assert.equal((await open({ caCertPath })).key, before.key);
    await rename(await write('next.pem', authority.certPem), caCertPath);
    const after = await open({ caCertPath });
    assert.notEqual(after.key, before.key);
    await after.read(readOf('p'), TOKEN, within());
    assert.equal((await open({ caCertPath: await write('copy.pem', authority.certPem) })).key, after.key);
    assert.notEqual((await open({ caCertPath, skipVerify: true })).key, after.key);
    assert.notEqual((await open({ caCertPath, serverName: 'vault.example' })).key, after.key);
  });

  it('notices a certificate that is added to a folder', async () => {
    const caDirectory = join(folder, 'growing');
    await mkdir(caDirectory);
    await write('growing/a.pem', stranger.certPem);
    await rejectsWith(read({ caDirectory }), 'store-tls', new RegExp(`the CAs of vaultCADirectory ${caDirectory}`));
    const stores = createStores();
    const { key } = await stores.open(settingsOf(store.address, { tls: { caDirectory } }));
    await write('growing/b.pem', authority.certPem);
    const client = await stores.open(settingsOf(store.address, { tls: { caDirectory } }));
    assert.notEqual(client.key, key);
    await client.read(readOf('p'), TOKEN, within());
  });

  it('reads the files once for many who ask at once, and not again while they stay', async () => {
    const files = new TlsFiles();
    const tls = { caCertPath: await write('shared.pem', authority.certPem), skipVerify: false };
    const [first, ...others] = await Promise.all(Array.from({ length: 50 }, () => files.load(tls)));
    assert.ok(others.every(({ context }) => context === first?.context));
    assert.equal((await files.load(tls)).context, first?.context);
  });

  it('makes one context for all that hold the same, whatever the path and the name in the class', async () => {
    const files = new TlsFiles();
    const caCertPath = await write('one.pem', authority.certPem);
    const copy = await write('two.pem', authority.certPem);
    const first = await files.load({ caCertPath, skipVerify: false });
    for (let i = 0; i < 300; i++) {
      const named = await files.load({
        caCertPath: i % 2 ? caCertPath : copy,
        serverName: `${i}.test`,
        skipVerify: false,
      });
      assert.equal(named.context, first.context);
      assert.notEqual(named.digest, first.digest);
    }
    const system = await Promise.all([1, 2].map((i) => files.load({ serverName: `${i}.test`, skipVerify: false })));
    assert.equal(system[0]?.context, system[1]?.context);
    assert.notEqual(system[0]?.context, first.context);
  });

  const wrong: readonly [string, () => Promise<Partial<TlsSettings>>, (path: string) => string][] = [
    [
      'a CA file that is not there',
      async () => ({ caCertPath: join(folder, 'none') }),
      (f) => `vaultCACertPath ${f}/none: it does not exist; ${MOUNT_IT}`,
    ],
    [
      'a CA file without a certificate',
      async () => ({ caCertPath: await write('junk', 'junk') }),
      (f) => `vaultCACertPath ${f}/junk: it holds no PEM certificate; ${MOUNT_IT}`,
    ],
    [
      'a CA file with a broken certificate',
      async () => ({ caCertPath: await write('torn', authority.certPem.replace(/\n.{64}\n/, '\n')) }),
      (f) => `vaultCACertPath ${f}/torn: it holds no PEM certificate; ${MOUNT_IT}`,
    ],
    [
      'a CA file that is a folder',
      async () => ({ caCertPath: folder }),
      (f) => `vaultCACertPath ${f}: it is not a file; ${MOUNT_IT}`,
    ],
    [
      'a CA file that is a device',
      async () => ({ caCertPath: '/dev/zero' }),
      () => `vaultCACertPath /dev/zero: it is not a file; ${MOUNT_IT}`,
    ],
    [
      'a CA file that the kernel makes up without end',
      async () => ({ caCertPath: '/proc/self/pagemap' }),
      () => `vaultCACertPath /proc/self/pagemap: it is made up by the kernel (procfs); ${MOUNT_IT}`,
    ],
    [
      'a CA folder of such files',
      async () => ({ caDirectory: '/proc/self/net/stat' }),
      () => `vaultCADirectory /proc/self/net/stat/arp_cache: it is made up by the kernel (procfs); ${MOUNT_IT}`,
    ],
    [
      'a client key that the kernel makes up',
      async () => ({ clientCertPath: await write('c.pem', authority.certPem), clientKeyPath: '/proc/self/environ' }),
      () => `vaultTLSClientKeyPath /proc/self/environ: it is made up by the kernel (procfs); ${MOUNT_IT}`,
    ],
    [
      'a CA folder with more files than a folder of CAs has',
      async () => {
        await mkdir(join(folder, 'many/below'), { recursive: true });
        for (let i = 0; i < 1_000; i++) await write(i % 2 ? `many/${i}` : `many/below/${i}`, '');
        return { caDirectory: join(folder, 'many') };
      },
      (f) => `vaultCADirectory ${f}/many: it holds over 1000 files; ${MOUNT_IT}`,
    ],
    [
      'a CA folder that is too large together',
      async () => {
        await mkdir(join(folder, 'heavy'), { recursive: true });
        for (let i = 0; i < 9; i++) await write(`heavy/${i}`, authority.certPem.padEnd(500_000));
        return { caDirectory: join(folder, 'heavy') };
      },
      (f) => `vaultCADirectory ${f}/heavy/8: with it the certificates are over 4 MiB; ${MOUNT_IT}`,
    ],
    [
      'a CA file that is too large',
      async () => ({ caCertPath: await write('large', 'x'.repeat(1_100_000)) }),
      (f) => `vaultCACertPath ${f}/large: it is over 1 MiB; ${MOUNT_IT}`,
    ],
    [
      'a CA folder that is not there',
      async () => ({ caDirectory: join(folder, 'none') }),
      (f) => `vaultCADirectory ${f}/none: it does not exist; ${MOUNT_IT}`,
    ],
    [
      'a CA folder with a file of another kind',
      async () => {
        await mkdir(join(folder, 'mixed'), { recursive: true });
        await write('mixed/a.pem', authority.certPem);
        await write('mixed/readme', 'words');
        return { caDirectory: join(folder, 'mixed') };
      },
      (f) => `vaultCADirectory ${f}/mixed/readme: it holds no PEM certificate; ${MOUNT_IT}`,
    ],
    [
      'a CA folder that is empty',
      async () => {
        await mkdir(join(folder, 'empty'), { recursive: true });
        return { caDirectory: join(folder, 'empty') };
      },
      (f) => `vaultCADirectory ${f}/empty: it holds no file; ${MOUNT_IT}`,
    ],
    [
      'a CA text without a certificate',
      async () => ({ caPem: 'junk' }),
      () => 'VAULT_CACERT_BYTES holds no PEM certificate; correct it in the environment',
    ],
    [
      'a client certificate without its key',
      async () => ({ clientCertPath: await write('c.pem', authority.certPem) }),
      () => 'vaultTLSClientCertPath and vaultTLSClientKeyPath belong together: set both, or neither',
    ],
    [
      'a client certificate that is not there',
      async () => ({ clientCertPath: join(folder, 'none'), clientKeyPath: await write('k', 'x') }),
      (f) => `vaultTLSClientCertPath ${f}/none: it does not exist; ${MOUNT_IT}`,
    ],
    [
      'a client certificate with the key of another',
      async () => ({
        clientCertPath: await write('c.pem', authority.issue({ names: ['a'] }).certPem),
        clientKeyPath: await write('k.pem', authority.issue({ names: ['a'] }).keyPem),
      }),
      (f) =>
        `vaultTLSClientCertPath ${f}/c.pem and vaultTLSClientKeyPath ${f}/k.pem cannot be used together: they must be a PEM certificate and its own unencrypted PEM key`,
    ],
    [
      'a client key that is no key',
      async () => ({
        clientCertPath: await write('c.pem', authority.issue({ names: ['a'] }).certPem),
        clientKeyPath: await write('k.pem', 'junk'),
      }),
      (f) =>
        `vaultTLSClientCertPath ${f}/c.pem and vaultTLSClientKeyPath ${f}/k.pem cannot be used together: they must be a PEM certificate and its own unencrypted PEM key`,
    ],
  ];
  for (const [name, settings, message] of wrong)
    it(`refuses ${name}`, async () => {
      await rejectsWith(openClient(store.address, { tls: await settings() }), 'tls-file', message(folder));
    });

  it('refuses a file it may not read', async function () {
    if (process.getuid?.() === 0) skip(this, 'root may read everything');
    const caCertPath = await write('secret.pem', authority.certPem);
    await chmod(caCertPath, 0);
    await rejectsWith(openClient(store.address, { tls: { caCertPath } }), 'tls-file', /the provider may not read it/);
  });
});
