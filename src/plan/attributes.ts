// Parses the driver's raw request into attributes, the caller's identity and its tokens. Errors here are the driver's
// fault (or an attack), not the class's: `request-invalid`, whose message never contains a value.
import { MountError } from '../errors.ts';
import { Secret } from '../secret.ts';
import type { Identity, PlanRequest } from './plan.ts';

export type Attributes = ReadonlyMap<string, string>;

/** Characters. `objects` may take half of them. */
const LARGEST_ATTRIBUTES = 512 * 1024;
/** A Secret holds at most 1 MiB. */
const LARGEST_SECRETS = 1024 * 1024;
const CSI = 'csi.storage.k8s.io';
const TOKENS = `${CSI}/serviceAccount.tokens`;
const CLASS_NAME = 'secretProviderClass';

export function readAttributes(request: PlanRequest): Attributes {
  const text = request.attributes.reveal();
  if (text.length > LARGEST_ATTRIBUTES)
    throw refuse('attributes are larger than 512 KiB; split the class into several');
  return toStrings(text, 'attributes');
}

/** @throws request-invalid if a key is missing that the kubelet sets (podInfoOnMount) and that users cannot override. */
export function readIdentity(attributes: Attributes, targetPath: string): Identity {
  const required = (key: string): string => {
    const value = attributes.get(`${CSI}/${key}`);
    if (value !== undefined && value !== '') return value;
    throw refuse(`attributes have no ${CSI}/${key}; set podInfoOnMount: true on the CSIDriver object`);
  };
  const podUid = required('pod.uid');
  if (targetPath === '') throw refuse('target_path is empty');
  return Object.freeze({
    namespace: required('pod.namespace'),
    account: required('serviceAccount.name'),
    podName: required('pod.name'),
    podUid,
    isPodless: !targetPath.includes(podUid),
  });
}

/** Empty if the sync controller left it out. Used only in messages. */
export function readClassName(attributes: Attributes): string {
  return attributes.get(CLASS_NAME) || 'unknown';
}

/** Keys that the kubelet, the driver and other Kubernetes parts add; a parameter of a class has no slash. */
export function isFromKubernetes(key: string): boolean {
  return key.includes('/') || key === CLASS_NAME;
}

/** The request's file mode: a JSON number, decimal, 0 to 511. */
export function readPermission(text: string): number {
  if (/^(0|[1-9][0-9]{0,2})$/.test(text) && Number(text) <= 0o777) return Number(text);
  throw refuse('permission is not a number from 0 to 511');
}

/**
 * Tokens by audience, from the attributes or, if the driver is told to keep them there (serviceAccountTokenInSecrets),
 * from the secrets. Malformed entries are skipped; if none is left, login fails with token-missing, which names both
 * fixes.
 */
export function readTokens(attributes: Attributes, secrets: Secret<string>): ReadonlyMap<string, Secret<string>> {
  const tokens = new Map<string, Secret<string>>();
  const entries = toObject(parse(attributes.get(TOKENS) || tokensInSecrets(secrets)));
  for (const [audience, entry] of Object.entries(entries ?? {})) {
    const token = toObject(entry)?.['token'];
    if (typeof token === 'string' && token !== '') tokens.set(audience, new Secret(token));
  }
  return Object.freeze(tokens);
}

/** The rest of `secrets` is the pod's own credentials; they are parsed only if the tokens are among them. */
function tokensInSecrets(secrets: Secret<string>): string {
  const text = secrets.reveal();
  if (text.length > LARGEST_SECRETS)
    throw refuse('secrets are larger than 1 MiB; keep the Secret of nodePublishSecretRef small');
  return text.includes(TOKENS) ? (toStrings(text, 'secrets').get(TOKENS) ?? '') : '';
}

function toStrings(text: string, field: 'attributes' | 'secrets'): Attributes {
  const object = toObject(parse(text));
  if (object === undefined) throw refuse(`${field} are not a JSON object`);
  const strings = new Map<string, string>();
  for (const [key, value] of Object.entries(object)) {
    if (typeof value === 'string') strings.set(key, value);
    // Go reads null into a string as the empty one.
    else if (value !== null) throw refuse(`${field} hold something else than strings`);
  }
  return strings;
}

/** Not our parseJson: there are no numbers to keep, and its reviver costs five times as much. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function toObject(value: unknown): Record<string, unknown> | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : undefined;
}

function refuse(text: string): MountError {
  return new MountError('request-invalid', `request of the driver: ${text}`);
}
