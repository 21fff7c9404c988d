// Claims of a service account token. Its signature is not checked, so they are a hint for messages and for sharing, never
// proof. If the CSIDriver object has no `tokenRequests`, a pod's author can put any token into the attributes (driver
// v1.6.0), so no access may depend on them.
import { Buffer } from 'node:buffer';
import { MountError } from '../errors.ts';
import type { Identity } from '../plan/plan.ts';
import type { Secret } from '../secret.ts';

export interface Claims {
  readonly namespace: string;
  readonly account: string;
  readonly accountUid: string;
  /** Both empty if the token is not bound to a pod. */
  readonly podName: string;
  readonly podUid: string;
}

/** The token's `kubernetes.io` claim, or undefined if it has none or is no JWT. */
export function readClaims(token: Secret<string>): Claims | undefined {
  const payload = token.reveal().split('.')[1];
  if (payload === undefined) return undefined;
  const claim = getProperty(parsePayload(payload), 'kubernetes.io');
  const account = getProperty(claim, 'serviceaccount');
  const namespace = getText(claim, 'namespace');
  const name = getText(account, 'name');
  if (namespace === '' || name === '') return undefined;
  const pod = getProperty(claim, 'pod');
  return {
    namespace,
    account: name,
    accountUid: getText(account, 'uid'),
    podName: getText(pod, 'name'),
    podUid: getText(pod, 'uid'),
  };
}

/** @throws MountError token-mismatch if the token belongs to another identity. */
export function assertClaimsMatch(claims: Claims, identity: Identity): void {
  const { namespace, account, podUid, isPodless } = identity;
  if (claims.namespace !== namespace || claims.account !== account) {
    throw new MountError(
      'token-mismatch',
      `the service account token is of ${claims.namespace}/${claims.account}, but the pod runs as ${namespace}/${account}; ` +
        `remove csi.storage.k8s.io/serviceAccount.tokens from the volume's attributes`,
    );
  }
  if (!isPodless && claims.podUid !== '' && claims.podUid !== podUid) {
    throw new MountError(
      'token-mismatch',
      `the service account token is bound to another pod than ${namespace}/${identity.podName}; ` +
        `remove csi.storage.k8s.io/serviceAccount.tokens from the volume's attributes`,
    );
  }
}

/** Not parseJson: there are no numbers to keep, and its reviver costs five times as much on each mount. */
function parsePayload(payload: string): unknown {
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

function getProperty(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

function getText(value: unknown, key: string): string {
  const text = getProperty(value, key);
  return typeof text === 'string' ? text : '';
}
