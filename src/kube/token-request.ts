// Requests service account tokens for pods from the API server, if the driver brought none. One request per pod and
// audience. A token is bound to its pod and kept in memory, for most of its life and no longer than the pod. Never on a
// disk.
import type { Clock } from '../clock.ts';
import { MountError } from '../errors.ts';
import { getOwn, isJsonObject, JsonNumber, type JsonObject } from '../json.ts';
import type { Identity } from '../plan/plan.ts';
import { printable } from '../printable.ts';
import { Secret } from '../secret.ts';
import type { TokenSource } from '../session/ports.ts';
import { Sweeper } from '../sweeper.ts';
import { waitFor } from '../waiting.ts';
import type { ApiAnswer, KubeClient } from './client.ts';

/** What HashiCorp's provider asks for. The API server grants 10 minutes at least. */
const LIFE_SECONDS = 900;
/** Used for this fraction of its life only: it must still be valid at the login. */
const USED_LIFE = 0.8;
/** A node runs some 110 to 250 pods; four times that, so that the bound is never reached. */
const MOST_TOKENS = 1000;

export interface TokenRequestOptions {
  /** undefined: no API server is configured. */
  readonly client: KubeClient | undefined;
  readonly mode: 'auto' | 'off';
  readonly clock: Clock;
  readonly mostTokens?: number;
}

interface Wanted {
  /** undefined: the class names none. */
  readonly audience: string | undefined;
  /** The audiences of the tokens that came with the mount. */
  readonly cameFor: readonly string[];
}

interface CachedToken {
  /** null: a caller without a pod. */
  readonly podUid: string | null;
  readonly token: Secret<string>;
  readonly endsAt: number;
}

export class TokenRequests implements TokenSource {
  readonly #client: KubeClient | undefined;
  readonly #mode: 'auto' | 'off';
  readonly #clock: Clock;
  readonly #mostTokens: number;
  /** In request order, which is about the order of expiry. */
  readonly #cached = new Map<string, CachedToken>();
  readonly #sweeper: Sweeper;
  readonly #inFlight = new Map<string, Promise<Secret<string>>>();

  constructor({ client, mode, clock, mostTokens = MOST_TOKENS }: TokenRequestOptions) {
    this.#client = client;
    this.#mode = mode;
    this.#clock = clock;
    this.#mostTokens = mostTokens;
    this.#sweeper = new Sweeper(clock, (now) => this.#sweep(now));
  }

  async requestToken(
    identity: Identity,
    audience: string | undefined,
    signal: AbortSignal,
    cameFor: readonly string[] = [],
  ): Promise<Secret<string>> {
    const wanted = { audience, cameFor };
    if (this.#mode === 'off')
      throw missing('asking the API server for one is switched off', wanted, '--token-request=auto');
    if (this.#client === undefined) throw missing('there is no API server to ask for one', wanted, 'a kubeconfig');
    const podUid = identity.isPodless ? null : identity.podUid;
    const key = JSON.stringify([identity.namespace, identity.account, podUid, audience ?? null]);
    const cached = this.#cached.get(key);
    if (cached !== undefined && this.#clock.now() < cached.endsAt) return cached.token;
    const request = this.#inFlight.get(key) ?? this.#start(this.#client, key, identity, wanted);
    return waitFor(request, `token request for ${identity.namespace}/${identity.account}`, signal);
  }

  podGone(podUid: string): void {
    for (const [key, cached] of this.#cached) if (cached.podUid === podUid) this.#cached.delete(key);
  }

  /** Shared by all callers, so the client's own timeout applies and no single caller's. */
  #start(client: KubeClient, key: string, identity: Identity, wanted: Wanted): Promise<Secret<string>> {
    const request = this.#ask(client, key, identity, wanted).finally(() => this.#inFlight.delete(key));
    this.#inFlight.set(key, request);
    return request;
  }

  async #ask(client: KubeClient, key: string, identity: Identity, wanted: Wanted): Promise<Secret<string>> {
    const { namespace, account } = identity;
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/serviceaccounts/${encodeURIComponent(account)}/token`;
    const sentAt = this.#clock.now();
    const answer = await client.request(
      'POST',
      path,
      new Secret(tokenRequest(identity, wanted.audience)),
      new AbortController().signal,
    );
    if (answer.status >= 300) throw refused(answer, identity, wanted);
    const { token, lifeMs } = readGrant(answer);
    const podUid = identity.isPodless ? null : identity.podUid;
    this.#cache(key, { podUid, token, endsAt: sentAt + lifeMs * USED_LIFE });
    return token;
  }

  #cache(key: string, cached: CachedToken): void {
    this.#cached.delete(key);
    const [oldest] = this.#cached.keys();
    if (this.#cached.size >= this.#mostTokens && oldest !== undefined) this.#cached.delete(oldest);
    this.#cached.set(key, cached);
    this.#sweeper.endsAt(cached.endsAt);
  }

  #sweep(now: number): number {
    let nextAt = Number.POSITIVE_INFINITY;
    for (const [key, { endsAt }] of this.#cached) {
      if (endsAt <= now) this.#cached.delete(key);
      else nextAt = Math.min(nextAt, endsAt);
    }
    return nextAt;
  }
}

function tokenRequest({ podName, podUid, isPodless }: Identity, audience: string | undefined): JsonObject {
  return {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: {
      ...(audience === undefined ? {} : { audiences: [audience] }),
      expirationSeconds: new JsonNumber(String(LIFE_SECONDS)),
      ...(isPodless ? {} : { boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: podName, uid: podUid } }),
    },
  };
}

function readGrant({ body }: ApiAnswer): { token: Secret<string>; lifeMs: number } {
  const status = getOwn(body.reveal(), 'status');
  const token = isJsonObject(status) ? getOwn(status, 'token') : undefined;
  if (typeof token !== 'string' || token === '') {
    throw new MountError('api-unreachable', 'the API server answered a token request without a token');
  }
  // A duration in seconds, unlike status.expirationTimestamp, does not depend on the clocks agreeing.
  const spec = getOwn(body.reveal(), 'spec');
  const seconds = isJsonObject(spec) ? getOwn(spec, 'expirationSeconds') : undefined;
  const lifeSeconds = seconds instanceof JsonNumber ? seconds.toNumber() : LIFE_SECONDS;
  return { token: new Secret(token), lifeMs: lifeSeconds * 1000 };
}

function refused({ status, message }: ApiAnswer, { namespace, account }: Identity, wanted: Wanted): MountError {
  const reason = message === '' ? `status ${status}` : message;
  if (status === 403)
    return missing(`the API server does not allow this provider to request one (${reason})`, wanted, undefined);
  return new MountError(
    'token-request-refused',
    `the API server gives no token for service account ${namespace}/${account}: ${reason}`,
  );
}

/** Audiences that a message names; more say nothing new. */
const MOST_NAMED = 5;
const LONGEST_NAMED = 80;

/** A pod's author may have written them. */
function quoteAudience(text: string): string {
  return printable(JSON.stringify(text.length > LONGEST_NAMED ? `${text.slice(0, LONGEST_NAMED)}...` : text));
}

/** Names the fixes: the driver brings tokens of this audience, the class takes another, or the provider may ask. */
function missing(why: string, { audience, cameFor }: Wanted, needed: string | undefined): MountError {
  const name =
    audience === undefined
      ? `the class's audience ("vault" or "openbao" if it names none)`
      : `audience ${JSON.stringify(audience)}`;
  const start = needed === undefined ? '' : ` start the provider with ${needed} and`;
  const others = cameFor.slice(0, MOST_NAMED).map(quoteAudience).join(', ');
  const came = others === '' ? 'no service account token came' : `service account tokens only for ${others} came`;
  const other = others === '' ? '' : ' set the parameter audience to one of those if the role admits it,';
  return new MountError(
    'token-missing',
    `${came} with the mount, and ${why}; either${other} list ${name} in spec.tokenRequests of CSIDriver secrets-store.csi.k8s.io, or${start} allow the provider's service account to create serviceaccounts/token`,
  );
}
