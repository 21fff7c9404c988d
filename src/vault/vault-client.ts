// One store as one class reaches it: logins, reads and the upkeep of tokens, one request each. Secrets are
// revealed here, on their way to the wire, and wrapped again on their way in.
import type { Clock } from '../clock.ts';
import { asMountError, MountError, type Reason } from '../errors.ts';
import type { Emit, RequestFact } from '../events.ts';
import type { Answer, LeaseGrant, ReadRoom, StoreClient } from '../fetch/ports.ts';
import { JsonText } from '../json-text/json-text.ts';
import { wrapRaw } from '../json-text/raw-body.ts';
import type { Effect } from '../plan/methods.ts';
import type { Read } from '../plan/plan.ts';
import { Secret } from '../secret.ts';
import type { Grant, LoginRequest } from '../session/ports.ts';
import { VaultAnswer } from './answer.ts';
import { isTrue, secondsOf } from './answer-fields.ts';
import type { Client } from './client.ts';
import { isEvidence } from './evidence.ts';
import { FOLDERS } from './folders.ts';
import { grantOf, withoutToken } from './grant.ts';
import type { Mount } from './kv-path.ts';
import { leaseOf } from './lease-of.ts';
import { mountOf, mountPath } from './mount-of.ts';
import { fixByMount, PathRefusal } from './path-refusal.ts';
import { emptyOrMalformed, type Refused, refusal } from './refusal.ts';
import type { RenewalFloor } from './renewal-floor.ts';
import { encodePath, type StoreAnswer, type StoreRequest } from './request.ts';
import { valuesOf } from './store-message.ts';

export interface VaultClientOptions {
  readonly key: string;
  /** As the class or the operator wrote it, for messages. */
  readonly address: string;
  readonly origin: string;
  readonly store: string;
  /** The address as messages name it. */
  readonly endpoint: string;
  readonly namespace: string;
  readonly client: Client;
  readonly renewalFloor: RenewalFloor;
  readonly clock: Clock;
  readonly emit: Emit;
}

/** One request before it is put into HTTP. */
interface VaultRequest {
  readonly fact: RequestFact['operation'];
  readonly operation: string;
  readonly method: string;
  readonly effect: Effect;
  readonly path: string;
  readonly query: string;
  readonly token: string | undefined;
  readonly payload: string | undefined;
  readonly login: Pick<LoginRequest, 'mount' | 'role'> | undefined;
  readonly signal: AbortSignal;
  readonly room?: ReadRoom | undefined;
}

/** In base64, as it is kept, it is then as long as an answer may be. */
const MAX_RAW_BYTES = 3 * 1024 * 1024;
/** The driver takes 4 MiB per mount (driver v1.6.0); a larger answer could never be delivered. */
export const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
/** A login with all its policies. It is in no mount's memory budget, as several mounts or none may wait for it. */
const MAX_GRANT_BYTES = 64 * 1024;

export class VaultClient implements StoreClient {
  readonly key: string;
  readonly address: string;
  readonly origin: string;
  readonly store: string;
  readonly folders = FOLDERS;
  readonly #options: VaultClientOptions;

  constructor(options: VaultClientOptions) {
    this.key = options.key;
    this.address = options.address;
    this.origin = options.origin;
    this.store = options.store;
    this.#options = options;
  }

  describeLogin({ mount, role }: Pick<LoginRequest, 'mount' | 'role'>): string {
    return `login at auth/${mount} as role ${JSON.stringify(role)}`;
  }

  async login({ mount, role, jwt }: LoginRequest, signal: AbortSignal): Promise<Grant> {
    const operation = this.describeLogin({ mount, role });
    const payload = JSON.stringify({ jwt: jwt.reveal(), role });
    const path = `auth/${mount}/login`;
    const request = {
      fact: 'login',
      operation,
      method: 'POST',
      effect: 'write',
      path,
      query: '',
      payload,
      login: { mount, role },
    } as const;
    return this.#grant({ ...request, token: undefined, signal });
  }

  async renew(token: Secret<string>, signal: AbortSignal): Promise<Grant> {
    return this.#grant(this.#tokenRequest('renew', token, signal, 'auth/token/renew-self'));
  }

  async isAlive(token: Secret<string>, signal: AbortSignal): Promise<boolean> {
    const request = this.#tokenRequest('lookup', token, signal, 'auth/token/lookup-self');
    return this.#run(request, (answer) => answer.status !== 403 && this.#bodyOf(answer, request) !== undefined);
  }

  async revoke(token: Secret<string>, signal: AbortSignal): Promise<void> {
    const request = this.#tokenRequest('revoke', token, signal, 'auth/token/revoke-self');
    await this.#run(request, (answer) => this.#assertDone(answer, request));
  }

  async read(read: Read, token: Secret<string>, signal: AbortSignal, room?: ReadRoom): Promise<Answer> {
    const { method, effect, path, query } = read;
    const request: VaultRequest = {
      fact: 'read',
      operation: `${method} ${path}`,
      method,
      effect,
      path,
      query,
      token: token.reveal(),
      payload: read.body?.reveal(),
      login: undefined,
      signal,
      room,
    };
    return this.#run(request, (answer, sentAt) => {
      const text = rawOf(answer, request) ?? this.#bodyOf(answer, request);
      const lease = leaseOf(text);
      const body = new VaultAnswer(text);
      const isRenewable = lease.isRenewable && this.#options.renewalFloor.allowsFirst(lease.leaseMs, request.operation);
      return { ...lease, isRenewable, body: new Secret(body), sentAt, sizeBytes: body.sizeBytes };
    });
  }

  isEvidence(read: Read): boolean {
    return isEvidence(read);
  }

  /** Vault is recognised by its edition field; OpenBao supports namespaces and has no such field. */
  async ignoresNamespaces(signal: AbortSignal): Promise<boolean> {
    const path = 'sys/health';
    // Standbys answer as well, even without a leader (`sys/health` of Vault 1.21).
    const query = 'perfstandbyok=true&standbyok=true&haunhealthycode=200';
    const rest = { query, token: undefined, payload: undefined, login: undefined, signal };
    const request: VaultRequest = {
      fact: 'health',
      operation: `GET ${path}`,
      method: 'GET',
      effect: 'read',
      path,
      ...rest,
    };
    return this.#run(request, (answer) => this.#bodyOf(answer, request).get('enterprise')?.kind === 'false');
  }

  async explain(error: MountError, read: Read, token: Secret<string>, signal: AbortSignal): Promise<MountError> {
    // Paths below sys/ and auth/ are the store's own; no engine serves them.
    if (!(error instanceof PathRefusal) || /^(?:sys|auth)\//.test(read.path)) return error;
    const mount = await this.mountAt(read.path, token, signal);
    const fix = fixByMount(error.reason === 'read-forbidden', read, this.#options.namespace, mount);
    return fix === undefined ? error : new MountError(error.reason, `${error.what}; ${fix}`);
  }

  async mountAt(path: string, token: Secret<string>, signal: AbortSignal): Promise<Mount | undefined> {
    const request = this.#tokenRequest('lookup', token, signal, mountPath(path));
    try {
      return await this.#run(request, (answer) => mountOf(path, this.#bodyOf(answer, request).get('data')));
    } catch (thrown) {
      const error = asMountError(thrown);
      if (UNTOLD.has(error.reason)) return undefined;
      throw error;
    }
  }

  async renewLease(leaseId: string, token: Secret<string>, signal: AbortSignal): Promise<LeaseGrant> {
    const request = this.#leaseRequest('renew', leaseId, token, signal);
    return this.#run(request, (answer, sentAt) => {
      const body = this.#bodyOf(answer, request);
      const leaseMs = secondsOf(body.get('lease_duration')) * 1000;
      const isRenewable = isTrue(body.get('renewable'));
      return {
        sentAt,
        leaseMs,
        isRenewable: isRenewable && this.#options.renewalFloor.allows(leaseMs),
      };
    });
  }

  async revokeLease(leaseId: string, token: Secret<string>, signal: AbortSignal): Promise<void> {
    const request = this.#leaseRequest('revoke', leaseId, token, signal);
    await this.#run(request, (answer) => this.#assertDone(answer, request));
  }

  #leaseRequest(fact: 'renew' | 'revoke', leaseId: string, token: Secret<string>, signal: AbortSignal): VaultRequest {
    const path = `sys/leases/${fact}`;
    const payload = JSON.stringify({ lease_id: leaseId });
    const rest = { query: '', token: token.reveal(), payload, login: undefined, signal };
    return { fact, operation: `PUT ${path}`, method: 'PUT', effect: 'write', path, ...rest };
  }

  #tokenRequest(
    fact: 'renew' | 'lookup' | 'revoke',
    token: Secret<string>,
    signal: AbortSignal,
    path: string,
  ): VaultRequest {
    const rest = { query: '', token: token.reveal(), payload: undefined, login: undefined, signal };
    const [method, effect] = fact === 'lookup' ? (['GET', 'read'] as const) : (['POST', 'write'] as const);
    return { fact, operation: `${method} ${path}`, method, effect, path, ...rest };
  }

  #grant(request: VaultRequest): Promise<Grant> {
    return this.#run(request, (answer, sentAt) => {
      const auth = this.#bodyOf(answer, request).get('auth');
      const grant = auth === undefined ? undefined : grantOf(auth, sentAt);
      if (grant === undefined) throw withoutToken(request.operation, request.fact === 'login', auth);
      const { renewalFloor } = this.#options;
      const { ttlMs } = grant;
      const isLong =
        request.fact === 'login' ? renewalFloor.allowsFirst(ttlMs, request.operation) : renewalFloor.allows(ttlMs);
      return { ...grant, isRenewable: grant.isRenewable && isLong };
    });
  }

  /** Sends the request, passes the answer to `use`, and emits an event with the outcome. */
  async #run<T>(request: VaultRequest, use: (answer: StoreAnswer, sentAt: number) => T): Promise<T> {
    const { clock, emit, client } = this.#options;
    const sentAt = clock.now();
    let reason: RequestFact['reason'];
    let ms: number | undefined;
    try {
      const answer = await client(this.#toHttp(request));
      ms = clock.now() - sentAt;
      const turn = request.room?.turn(answer.bytes.length);
      if (turn !== undefined) await turn;
      return use(answer, sentAt);
    } catch (thrown) {
      const error = asMountError(thrown);
      reason = error.reason;
      throw error;
    } finally {
      emit({ type: 'request', operation: request.fact, reason, ms: ms ?? clock.now() - sentAt });
    }
  }

  #toHttp({ fact, operation, method, effect, path, query, token, payload, signal, room }: VaultRequest): StoreRequest {
    // Only the root namespace has sys/health.
    const namespace = fact === 'health' ? '' : this.#options.namespace;
    const headers: Record<string, string> = { accept: 'application/json', 'x-vault-request': 'true' };
    if (token !== undefined) headers['x-vault-token'] = token;
    // Header text is sent as latin1: this way the bytes are UTF-8, as Vault's own clients send them.
    if (namespace !== '') headers['x-vault-namespace'] = Buffer.from(namespace).toString('latin1');
    if (payload !== undefined)
      headers['content-type'] = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const encoded = encodePath(operation, path);
    return {
      operation,
      method,
      path: `/${encoded}${query === '' ? '' : `?${query}`}`,
      headers,
      payload,
      isOnce: effect === 'write',
      signal,
      mostBytes: fact === 'read' ? MAX_ANSWER_BYTES : MAX_GRANT_BYTES,
      room,
    };
  }

  #check(answer: StoreAnswer, request: VaultRequest): void {
    if (answer.status < 200 || answer.status > 299) throw refusal(answer, this.#refused(request));
  }

  /** A 200 with a body that is not the store's fails: it may be a page from a proxy. */
  #assertDone(answer: StoreAnswer, request: VaultRequest): void {
    this.#check(answer, request);
    if (answer.bytes.length > 0) this.#bodyOf(answer, request);
  }

  #bodyOf(answer: StoreAnswer, request: VaultRequest): JsonText {
    this.#check(answer, request);
    const body = JsonText.parse(answer.bytes);
    if (body?.kind !== 'object') throw emptyOrMalformed(answer, this.#refused(request));
    return body;
  }

  #refused({ operation, method, effect, path, login, token, payload }: VaultRequest): Refused {
    const { endpoint, namespace, clock } = this.#options;
    const values = payload === undefined ? [] : valuesOf(payload);
    // A login's body also holds the role, and messages name the role.
    const secrets = [token ?? '', ...values.filter((value) => value !== login?.role)];
    const loginMount = login?.mount;
    return { operation, method, effect, path, endpoint, namespace, loginMount, secrets, wall: clock.wall() };
  }
}

/**
 * Bytes from an engine: a certificate, a revocation list, a public key. Headers that both stores send with each answer tell
 * it from the page of a proxy or a login form.
 */
function rawOf({ status, headers, bytes }: StoreAnswer, { operation, effect }: VaultRequest): JsonText | undefined {
  const type = headers['content-type'] ?? '';
  const isRaw = type !== '' && !/json|html/i.test(type) && /\bno-store\b/i.test(headers['cache-control'] ?? '');
  if (status < 200 || status > 299 || effect === 'write' || bytes.length === 0 || !isRaw) return undefined;
  if (bytes.length <= MAX_RAW_BYTES) return wrapRaw(bytes);
  throw new MountError(
    'answer-too-large',
    `${operation}: the answer is not JSON and over ${MAX_RAW_BYTES / 1024 / 1024} MiB, more than is mounted of one`,
  );
}

/** Refusals which only mean that the store does not tell about this path to this token. */
const UNTOLD: ReadonlySet<Reason> = new Set(['read-forbidden', 'path-missing', 'request-refused']);
