// Mounts as the author of a pod may send them, each from a seed: classes, parameters and attributes that are wrong in
// every way, and right ones at a store of one's own.
import type { MountWish } from '../harness/driver.ts';
import { makeObjects, mutate } from '../plan/hostile-class.ts';
import type { Random } from '../plan/random.ts';
import { TEXTS } from './hostile-answers.ts';

/** Reads of one ordinary hostile mount, each with an answer of its own: few, so that some come about, or many. */
const READS = [1, 1, 2, 20, 20, 20];
const PODS = 5;
const PARAMETERS = [
  'vaultAddress',
  'vaultNamespace',
  'vaultAuthMountPath',
  'vaultKubernetesMountPath',
  'vaultCACertPath',
  'vaultCADirectory',
  'vaultSkipTLSVerify',
  'vaultTLSServerName',
  'vaultTLSClientCertPath',
  'vaultTLSClientKeyPath',
  'roleName',
  'audience',
  'share',
  'sessionScope',
  'objects',
  'nonsense',
];
const VALUES = [
  '/proc/self/environ',
  '/dev/zero',
  '/etc/shadow',
  '..',
  'true',
  '0',
  '-1',
  'http://[::1]:1',
  'https://127.0.0.1:1',
  'unix:///x',
  'http://169.254.169.254',
  'HTTP://LOCALHOST.:80/',
  'a'.repeat(10_000),
  'serviceAccount',
  ...TEXTS,
];

export interface Tenant {
  readonly account: string;
  readonly address: string;
}

export function hostileMount(random: Random, { account, address }: Tenant): MountWish {
  const pod = `pod-${random.below(PODS)}`;
  const wish: MountWish = {
    namespace: 'evil',
    account,
    pod,
    tokens: { vault: forgedToken(account) },
    parameters: { roleName: 'r', vaultAddress: address, objects: readsOf(random) },
    deadlineMs: 120_000,
  };
  const kind = random.below(20);
  if (kind < 15) return wish;
  if (kind < 17) return { ...wish, parameters: { ...wish.parameters, objects: makeObjects(random) } };
  const odd = Object.fromEntries(
    Array.from({ length: 1 + random.size(8) }, () => [random.pick(PARAMETERS), random.pick(VALUES)]),
  );
  if (kind < 19) return { ...wish, parameters: { ...wish.parameters, ...odd } };
  return {
    ...wish,
    targetPath: random.pick(TEXTS),
    permission: random.pick(['420', '-1', '"x"', '', '1e9']),
    attributes: { ...odd, 'csi.storage.k8s.io/serviceAccount.tokens': mutate(random, '{"vault":{"token":"a.b.c"}}') },
  };
}

/** What the driver would send, with bytes changed. */
export function hostileBytes(random: Random, message: Buffer): Buffer {
  const bytes = Buffer.from(message);
  for (let left = 1 + random.size(50); left > 0; left -= 1) bytes[random.below(bytes.length)] = random.below(256);
  return random.oneIn(3) ? bytes.subarray(0, random.below(bytes.length)) : bytes;
}

function readsOf(random: Random): string {
  const method = random.oneIn(8) ? `, method: ${random.pick(['LIST', 'SCAN', 'POST', 'PUT', 'PATCH', 'get'])}` : '';
  const more = random.oneIn(8)
    ? random.pick([
        ', encoding: base64',
        ', encoding: hex',
        ', optional: true',
        ', filePermission: 0400',
        ', refreshAfter: 1h',
      ])
    : '';
  const key = random.oneIn(4) ? '' : ', secretKey: value';
  return Array.from(
    { length: random.pick(READS) },
    (_, i) => `- {objectName: f${i}, secretPath: secret/data/${random.below(2 ** 31)}${key}${method}${more}}`,
  ).join('\n');
}

const TOKEN_HEAD = encode({ alg: 'none' });
/** What a pod's own token begins with: in a log or an error it is a leak. */
export const JWT_MARK = `${TOKEN_HEAD}.`;

/** No signature, and the claims that a pod's author likes: without tokenRequests nothing overwrites it. */
export function forgedToken(account: string): string {
  const claims = { namespace: 'evil', serviceaccount: { name: account, uid: `uid-${account}` } };
  return `${JWT_MARK}${encode({ 'kubernetes.io': claims })}.x`;
}

function encode(json: unknown): string {
  return Buffer.from(JSON.stringify(json)).toString('base64url');
}
