// Certificates over polls, with a real store: an issued one is kept and replaced in time, one kept in KV follows KV.
import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAuthority } from '../harness/certificates.ts';
import type { Driver, MountAnswer } from '../harness/driver.ts';
import { fileOf, type LeaseWorld, leaseWorld } from './world.ts';

/** The life of the shortest certificate here: long enough for twenty polls within 60 % of it. */
const LIFE_MS = 15_000;
const POLL_MS = 250;

describe('a certificate', () => {
  let world: LeaseWorld;
  let driver: Driver;

  before(async () => {
    world = await leaseWorld();
  });
  beforeEach(async () => {
    driver = (await world.daemon()).driver();
  });
  afterEach(() => world.endDaemons());

  it('of an issuing engine is one over twenty polls and replaced between 60 and 80 % of its life', async () => {
    const wish = world.wish(issued(`${LIFE_MS / 1000}s`), { pod: 'issued' });
    const seen: string[] = [];
    const sentAt = performance.now();
    const first = serialOf(await driver.mount(wish));
    const issuedAt = performance.now();
    let replacedAt = 0;
    while (replacedAt === 0) {
      await sleep(POLL_MS);
      const polledAt = performance.now();
      const serial = serialOf(await driver.mount(wish));
      if (serial === first) seen.push(serial);
      else replacedAt = performance.now();
      // Only what a poll is sent after may be held against its answer: a busy machine makes answers late.
      if (polledAt > issuedAt + 0.8 * LIFE_MS) assert.notEqual(serial, first, `after ${polledAt - issuedAt} ms`);
    }
    assert.ok(seen.length >= 20, `${seen.length} polls brought the first`);
    // NotAfter has whole seconds: a certificate lives up to one less than was asked for.
    assert.ok(replacedAt >= sentAt + 0.6 * (LIFE_MS - 1_000), `replaced after ${replacedAt - sentAt} ms`);
  });

  it('of days is one for a pod, and another for each other pod', async () => {
    const wishes = Array.from({ length: 5 }, (_, index) => world.wish(issued('48h'), { pod: `days-${index}` }));
    const rounds: (readonly string[])[] = [];
    for (let round = 0; round < 4; round += 1) {
      rounds.push((await Promise.all(wishes.map((wish) => driver.mount(wish)))).map(serialOf));
    }
    assert.equal(new Set(rounds[0]).size, 5);
    for (const round of rounds) assert.deepEqual(round, rounds[0]);
  });

  it('arrives at the next poll where it is kept in KV and renewed there, key and all', async () => {
    const authority = createAuthority('an authority of the team');
    const put = async () => {
      const { certPem, keyPem } = authority.issue({ names: ['web.example.com'], notAfter: Date.now() + 30_000 });
      const data = { certificate: certPem, private_key: keyPem, issuing_ca: authority.certPem };
      await world.bao.request('POST', 'secret/data/tls', { data });
      return new X509Certificate(certPem).serialNumber;
    };
    const wish = world.wish(files('secretPath: secret/data/tls'), { pod: 'kept' });
    const serial = await put();
    for (let poll = 0; poll < 3; poll += 1) assert.equal(serialOf(await driver.mount(wish)), serial);
    const renewed = await put();
    assert.notEqual(renewed, serial);
    assert.equal(serialOf(await driver.mount(wish)), renewed);
  });
});

/** The three files of a pod that serves TLS. */
function files(source: string): string {
  const keys = ['certificate', 'private_key', 'issuing_ca'];
  return keys.map((key) => `- objectName: ${key}\n  secretKey: ${key}\n  ${source}\n`).join('');
}

function issued(ttl: string): string {
  return files(
    `secretPath: pki/issue/web\n  method: POST\n  secretArgs: { common_name: web.example.com, ttl: ${ttl} }`,
  );
}

/** Also sees to it that the answer's three files belong together. */
function serialOf(answer: MountAnswer): string {
  const certificate = new X509Certificate(fileOf(answer, 'certificate'));
  assert.ok(certificate.checkPrivateKey(createPrivateKey(fileOf(answer, 'private_key'))), 'the key is of another');
  const issuer = new X509Certificate(fileOf(answer, 'issuing_ca'));
  assert.ok(certificate.verify(issuer.publicKey), 'the issuer is of another');
  return certificate.serialNumber;
}
