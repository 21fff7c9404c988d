// Whatever a class holds, parsePlan answers with a frozen plan or refuses with one of its two reasons, cheaply,
// and without a token in the text. FUZZ_SECONDS sets how long (3), FUZZ_SEED repeats one input.
import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { MountError } from '../../src/errors.ts';
import { ObjectCache } from '../../src/plan/object-cache.ts';
import { parsePlan } from '../../src/plan/parse-plan.ts';
import type { PlanRequest } from '../../src/plan/plan.ts';
import { Secret } from '../../src/secret.ts';
import { assertCheap, cpuMs } from '../harness/cpu-time.ts';
import { readOf } from '../harness/plans.ts';
import { makeObjects, mutate, SEEDS } from './hostile-class.ts';
import { Random } from './random.ts';
import { DEFAULTS, KUBELET, makeRequest } from './request.ts';

const SECONDS = Number(process.env['FUZZ_SECONDS'] ?? 3);
const SEED = process.env['FUZZ_SEED'];
/** In processor time. */
const LIMIT_MS = 100;
const TOKEN = 'hush-hush-token';
const PARAMETERS = [
  'roleName',
  'baoRoleName',
  'vaultAddress',
  'openbaoAddress',
  'vaultNamespace',
  'vaultSkipTLSVerify',
  'vaultAuthMountPath',
  'vaultKubernetesMountPath',
  'vaultCACertPath',
  'vaultTLSClientCertPath',
  'audience',
  'sessionScope',
  'roleNmae',
  '__proto__',
];
const VALUES = [
  'a',
  '',
  'true',
  'https://vault:8200',
  'unix:///x',
  'http://[::1',
  'https://a:b@c',
  '/etc/../x',
  '../..',
  '/'.repeat(900),
  '\n',
  '\ud800',
  'é',
  'a'.repeat(2000),
  'serviceAccount',
];

function makeInput(seed: number): PlanRequest {
  const random = new Random(seed);
  const parameters: Record<string, unknown> = { objects: makeObjects(random) };
  for (let left = random.size(PARAMETERS.length); left > 0; left--)
    parameters[random.pick(PARAMETERS)] = random.pick(VALUES);
  if (random.oneIn(30)) parameters[random.pick(Object.keys(KUBELET))] = random.pick([undefined, '', 7, null]);
  const tokens = JSON.stringify({ vault: { token: TOKEN, expirationTimestamp: '2026-01-01T00:00:00Z' } });
  const seeded = random.oneIn(10) ? mutate(random, tokens).replaceAll(/[^ -~]/g, '') : tokens;
  parameters['csi.storage.k8s.io/serviceAccount.tokens'] = seeded;
  const request = makeRequest(parameters);
  return {
    attributes: random.oneIn(15) ? new Secret(mutate(random, request.attributes.reveal())) : request.attributes,
    secrets: new Secret(random.pick(['null', '{}', '', `{"csi.storage.k8s.io/serviceAccount.tokens":"${TOKEN}`])),
    targetPath: random.oneIn(20) ? random.pick(['', '/', '\0']) : request.targetPath,
    permission: random.oneIn(20) ? random.pick(['', '512', '-0', '1e2', '\n420', '0']) : request.permission,
  };
}

/** What it cost, in ms. @throws AssertionError if the oracle does not hold. */
function judge(request: PlanRequest): number {
  const startMs = cpuMs();
  try {
    const plan = parsePlan(request, DEFAULTS, new ObjectCache());
    const ms = cpuMs() - startMs;
    assert.ok(
      [plan, plan.identity, plan.store, plan.store.tls, plan.login, plan.objects, plan.reads, plan.warnings].every(
        Object.isFrozen,
      ),
    );
    assert.ok(plan.objects.length > 0 && plan.reads.length > 0);
    for (const object of plan.objects) {
      assert.ok(Object.isFrozen(object) && plan.reads.includes(readOf(object)));
      assert.ok(object.mode >= 0 && object.mode <= 0o777);
      const { path, body } = readOf(object);
      encodeURIComponent(path);
      if (body !== undefined) JSON.parse(body.reveal());
    }
    assert.ok(!plan.warnings.join().includes(TOKEN));
    return ms;
  } catch (thrown) {
    const ms = cpuMs() - startMs;
    if (!(thrown instanceof MountError)) throw thrown;
    assert.match(thrown.reason, /^(class|request)-invalid$/);
    assert.ok(!`${thrown.message} ${thrown.stack} ${String(thrown.cause)}`.includes(TOKEN));
    assert.ok(Buffer.byteLength(thrown.message) <= 4096);
    assert.doesNotMatch(thrown.message, /[\p{Cc}--\n]|\p{Cs}/v);
    return ms;
  }
}

function check(seed: number): void {
  const request = makeInput(seed);
  try {
    assertCheap(LIMIT_MS, () => judge(request));
  } catch (thrown) {
    throw new Error(`FUZZ_SEED=${seed}`, { cause: thrown });
  }
}

describe('fuzz', () => {
  it('takes every seed as it is', () => {
    for (const objects of SEEDS)
      assert.ok(
        parsePlan(makeRequest({ objects }), DEFAULTS, new ObjectCache()).objects.length > 1 || objects.includes('yes'),
      );
  });

  it(`answers hostile classes for ${SEED === undefined ? `${SECONDS} s` : `seed ${SEED}`}`, function () {
    this.timeout((SECONDS + 30) * 1000);
    if (SEED !== undefined) return check(Number(SEED));
    const first = Date.now() % 2 ** 31;
    const endAt = performance.now() + SECONDS * 1000;
    for (let seed = first; performance.now() < endAt; seed++) check(seed);
  });
});
