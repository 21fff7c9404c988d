// Turns a failed answer into the one MountError that explains it: the request, the store's message, the fix. Only
// store-message.ts passes on text of the answer.
import { MountError, type MountErrorOptions, type Reason } from '../errors.ts';
import { getOwn, isJsonObject, JsonNumber, type JsonObject, type JsonValue, parseJsonObject } from '../json.ts';
import type { Effect } from '../plan/methods.ts';
import { limitOf } from './json-limits.ts';
import { mountAskedFor } from './mount-of.ts';
import { fixByAnyPolicy, fixByPolicy, PathRefusal } from './path-refusal.ts';
import type { StoreAnswer } from './request.ts';
import { storeMessageOf } from './store-message.ts';

export interface Refused {
  readonly operation: string;
  readonly method: string;
  readonly effect: Effect;
  /** As the class wrote it. */
  readonly path: string;
  /** The store's address as messages name it. */
  readonly endpoint: string;
  readonly namespace: string;
  /** Set for a login: the auth mount. */
  readonly loginMount: string | undefined;
  /** Secrets to cut out of the store's message. */
  readonly secrets: readonly string[];
  /** Milliseconds since 1970, for a Retry-After that is a date. */
  readonly wall: number;
}

/** Refusals of Vault and OpenBao are shorter; more is not read. */
const LONGEST_REFUSAL = 64 * 1024;

/** The error for an answer outside 200 to 299. */
export function refusal(answer: StoreAnswer, request: Refused): MountError {
  const { status } = answer;
  const body = answer.text.length > LONGEST_REFUSAL ? undefined : parseJsonObject(answer.text);
  if (status < 400) return notTheStore(answer, request);
  const storeMessage = `${[status, storeMessageOf(body, request.secrets)].filter((part) => part !== '').join(': ')}`;
  const limit = request.effect === 'read' || request.loginMount !== undefined ? undefined : limitOf(body);
  if (limit !== undefined) {
    const fix = `secretArgs are over the store's limits for JSON: ${limit}; make them smaller`;
    return new MountError('request-refused', `${request.operation}: refused by the store (${storeMessage}); ${fix}`);
  }
  if (status === 500 && isOnlyError(body, WITHOUT_LEADER)) return withoutLeader(storeMessage, request);
  const isBeingMade = status === 400 && isOnlyError(body, BEING_MADE);
  const transient = isBeingMade
    ? 'store-unavailable'
    : (transientReason(status, storeMessage) ?? engineFailure(storeMessage, request));
  if (transient !== undefined) return transientRefusal(transient, storeMessage, answer, request);
  if (body === undefined ? answer.text !== '' : !isOfStore(body)) return notTheStore(answer, request, body);
  if (request.loginMount !== undefined) return loginRefusal(status, storeMessage, request);
  if (status === 403)
    return isOnlyError(body, TOKEN_UNKNOWN) ? tokenUnknown(storeMessage, request) : forbidden(storeMessage, request);
  if (status === 404) return missing(body, storeMessage, request);
  const fix = "correct the object's method, secretPath or secretArgs";
  const what = `${request.operation}: refused by the store (${storeMessage})`;
  // OpenBao answers so to a list of nothing.
  if (status === 405 && request.effect === 'read') return new PathRefusal('request-refused', what, fix);
  return new MountError('request-refused', `${what}; ${fix}`);
}

/** Refusals of Vault and OpenBao have a list of errors; a 404 may have an envelope instead. */
function isOfStore(body: JsonObject): boolean {
  return Array.isArray(getOwn(body, 'errors')) || ['data', 'warnings', 'request_id'].some((name) => name in body);
}

/** The error for a success status whose body is missing or not a JSON object. */
export function emptyOrMalformed(answer: StoreAnswer, request: Refused): MountError {
  if (answer.text !== '') return notTheStore(answer, request);
  const { operation, effect, endpoint } = request;
  if (effect === 'read')
    return new MountError(
      'store-malformed-response',
      `${operation}: ${endpoint} answered ${answer.status} and sent nothing`,
    );
  return new MountError(
    'request-refused',
    `${operation}: the store carried it out and answered without data, so there is nothing to mount; use a path that answers with data`,
  );
}

/** An engine may embed its backend's own message. */
function isOnlyError(body: JsonObject | undefined, words: RegExp): boolean {
  const errors = body && getOwn(body, 'errors');
  return Array.isArray(errors) && errors.length === 1 && typeof errors[0] === 'string' && words.test(errors[0]);
}

/** A standby that knows no leader to forward to; 500 in both stores. */
const WITHOUT_LEADER = /^local node not active but active cluster node not found\s*$/;

/** KV 2 answers so for seconds after it is mounted; OpenBao's standbys, which serve reads, for a little longer. */
const BEING_MADE =
  /^(?:Waiting for the primary to upgrade|Upgrading) from non-versioned to versioned data\. This backend will be unavailable for a brief period/;

function withoutLeader(storeMessage: string, { operation, endpoint }: Refused): MountError {
  const fix =
    'the mount will be tried again; if it lasts, too few nodes of the store run unsealed, or its own log says why they elect none';
  return new MountError('store-unavailable', `${operation}: ${endpoint} has no leader now (${storeMessage}); ${fix}`);
}

/** Reasons after which the same request may succeed; 472 to 474 are Vault's for standbys. */
function transientReason(status: number, storeMessage: string): Reason | undefined {
  if (status === 429) return 'store-rate-limited';
  if (status === 412) return 'store-not-caught-up';
  if (status >= 500 && /\bsealed\b/i.test(storeMessage)) return 'store-sealed';
  if (status === 500) return 'store-internal-error';
  if ((status >= 472 && status <= 474) || status > 500) return 'store-unavailable';
  return undefined;
}

/**
 * The lease exists, but its engine failed: if a database is down, the status is that of an unknown lease. Dropping the lease
 * then would lose a valid credential.
 */
function engineFailure(storeMessage: string, { path }: Refused): Reason | undefined {
  return path.startsWith('sys/leases/') && /^400: failed to (?:renew|revoke) entry\b/.test(storeMessage)
    ? 'store-internal-error'
    : undefined;
}

const TRANSIENT: Readonly<Partial<Record<Reason, readonly [string, string]>>> = {
  'store-rate-limited': ['limits how often it may be asked', 'the mount will be tried again; its quotas say how often'],
  'store-sealed': ['is sealed', 'unseal it'],
  'store-internal-error': ['failed', "the store's own log says why"],
  'store-not-caught-up': ['has not caught up with the newest writes', 'the mount will be tried again'],
  'store-unavailable': [
    'cannot answer now',
    'the mount will be tried again; check the state of the store and what stands before it',
  ],
};

function transientRefusal(reason: Reason, storeMessage: string, answer: StoreAnswer, request: Refused): MountError {
  const [what, fix] = TRANSIENT[reason] ?? ['failed', ''];
  const retryAfterMs = retryAfter(answer.headers['retry-after'], request.wall);
  const options: MountErrorOptions = retryAfterMs === undefined ? {} : { retryAfterMs };
  return new MountError(reason, `${request.operation}: ${request.endpoint} ${what} (${storeMessage}); ${fix}`, options);
}

function loginRefusal(status: number, storeMessage: string, { operation, loginMount, namespace }: Refused): MountError {
  if (status === 404 && /namespace/.test(storeMessage)) {
    const fix = namespace === '' ? 'check vaultNamespace' : `there is no namespace ${namespace}: check vaultNamespace`;
    return new MountError('login-refused', `${operation}: refused by the store (${storeMessage}); ${fix}`);
  }
  const where = `auth/${loginMount}${namespace === '' ? '' : ` in namespace ${namespace}`}`;
  const fix = `check that ${where} is a login method, that the role exists there, and that it admits the pod's service account, namespace and the token's audience`;
  return new MountError('login-refused', `${operation}: refused by the store (${storeMessage}); ${fix}`);
}

/** Vault's message for a token that it does not know. */
const TOKEN_UNKNOWN = /^2 errors occurred:\s+\* permission denied\s+\* invalid token\s*$/;

function tokenUnknown(storeMessage: string, { operation, endpoint, namespace }: Refused): MountError {
  const where = namespace === '' ? '' : ' and that vaultNamespace is that of the login';
  const fix = `check that ${endpoint} leads to one cluster only${where}`;
  const what = 'the store does not know the token that it gave at the login';
  return new MountError('read-forbidden', `${operation}: ${what} (${storeMessage}); ${fix}`, { isTokenUnknown: true });
}

function forbidden(storeMessage: string, { operation, method, path, namespace }: Refused): MountError {
  const what = `${operation}: forbidden by the store (${storeMessage})`;
  const engineOf = mountAskedFor(path);
  if (engineOf !== undefined)
    return new MountError('read-forbidden', `${what}; ${fixByAnyPolicy(engineOf, namespace)}`);
  return new PathRefusal('read-forbidden', what, fixByPolicy(method, path, namespace));
}

function missing(body: JsonObject | undefined, storeMessage: string, request: Refused): MountError {
  const { operation, namespace } = request;
  const deleted = deletedVersion(body);
  if (deleted !== undefined) return new MountError('version-deleted', `${operation}: ${deleted}`);
  const inNamespace = namespace === '' ? '' : ` in namespace ${namespace}`;
  const pathMissing = (what: string, fix: string) =>
    new PathRefusal('path-missing', `${operation}: ${what}${inNamespace} (${storeMessage})`, fix);
  if (/no handler for route/.test(storeMessage))
    return pathMissing('no secrets engine is mounted there', 'check how the path begins, and vaultNamespace');
  if (/namespace/.test(storeMessage)) return pathMissing('the store does not find it', 'check vaultNamespace');
  if (isUnversionedPath(body))
    return pathMissing('there is nothing at this path', 'KV version 2 has data/ after the mount');
  if (request.method === 'LIST')
    return pathMissing(
      'there is nothing at this path',
      "check that it is a folder with secrets in it; a secret's own keys are mounted by keys: all",
    );
  return pathMissing('there is nothing at this path', 'check the path, and that the secret has been written');
}

/** KV 2 answers a path without `data/` with a warning; the warning itself is not shown. */
function isUnversionedPath(body: JsonObject | undefined): boolean {
  const warnings = body?.['warnings'];
  return Array.isArray(warnings) && warnings.some((w: JsonValue) => typeof w === 'string' && /versioned K\/V/.test(w));
}

/** KV 2 answers 404 with the metadata of a version whose data is gone. */
function deletedVersion(body: JsonObject | undefined): string | undefined {
  const data = body && getOwn(body, 'data');
  const metadata = isJsonObject(data) ? getOwn(data, 'metadata') : undefined;
  if (!isJsonObject(metadata)) return undefined;
  const version = getOwn(metadata, 'version');
  const which =
    version instanceof JsonNumber && /^\d{1,15}$/.test(version.text) ? `version ${version.text}` : 'this version';
  if (getOwn(metadata, 'destroyed') === true) return `${which} was destroyed; write a new version`;
  const time = getOwn(metadata, 'deletion_time');
  if (typeof time !== 'string' || !/^\d{4}-\d\d-\d\dT[\d:.]{1,24}(Z|[+-]\d\d:\d\d)$/.test(time)) return undefined;
  return `${which} was deleted at ${time}; undelete it, or write a new version`;
}

function notTheStore(answer: StoreAnswer, { operation, endpoint }: Refused, body?: JsonObject): MountError {
  // Go's server says this to plain http on a TLS port.
  const isTlsPort = answer.status === 400 && answer.text.includes('HTTP request to an HTTPS server');
  const isKubernetes = body !== undefined && getOwn(body, 'kind') === 'Status' && getOwn(body, 'apiVersion') === 'v1';
  const fix = isTlsPort
    ? 'it speaks TLS there: write https://'
    : isKubernetes
      ? "it is a Kubernetes API server: write the store's address"
      : 'is a proxy or login page in front of it?';
  const what = `returned ${answer.status} with a body that is not from Vault or OpenBao`;
  return new MountError('store-malformed-response', `${operation}: ${endpoint} ${what}; ${fix}`);
}

/** The longest of HTTP's three forms. */
const LONGEST_DATE = 64;

/** Seconds, or an HTTP date; undefined if it is neither. */
function retryAfter(header: string | undefined, wall: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header.slice(0, LONGEST_DATE));
  return Number.isNaN(at) ? undefined : Math.max(0, at - wall);
}
