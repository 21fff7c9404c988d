// Plans as plan/ would make them, for the rooms behind it.
import { Buffer } from 'node:buffer';
import { effectOf, type Method } from '../../src/plan/methods.ts';
import type { Plan, PlanObject, Read, ValueSource } from '../../src/plan/plan.ts';
import { OWN_LEASE } from '../../src/plan/read.ts';
import { Secret } from '../../src/secret.ts';

export interface PlanWish {
  readonly pod?: string;
  readonly account?: string;
  readonly namespace?: string;
  readonly role?: string;
  readonly mount?: string;
  readonly scope?: 'serviceAccount';
  readonly isPodless?: boolean;
  /** The passed token; null: none. By default one with the identity's claims. */
  readonly token?: string | null;
  readonly objects?: readonly PlanObject[];
}

export function makePlan(wish: PlanWish = {}): Plan {
  const { pod = 'pod-a', account = 'app', namespace = 'team', role = 'app', mount = 'kubernetes' } = wish;
  const token = wish.token === undefined ? unsignedToken({ namespace, account, pod }) : wish.token;
  const objects = wish.objects ?? [makeObject('password')];
  return {
    identity: { namespace, account, podName: pod, podUid: `${pod}-uid`, isPodless: wish.isPodless ?? false },
    className: 'class',
    targetPath: `/var/lib/kubelet/pods/${pod}-uid/volumes/secrets`,
    store: { address: 'http://store:8200', isFromClass: false, namespace: '', tls: { skipVerify: false } },
    login: {
      mount,
      role,
      audience: 'vault',
      requestAudience: undefined,
      tokens: new Map(token === null ? [] : [['vault', new Secret(token)]]),
      scope: wish.scope,
    },
    objects,
    reads: [...new Map(objects.flatMap((object) => object.reads).map((read) => [read.key, read])).values()],
    warnings: [],
    splitPairs: 0,
  };
}

export function makeRead(path = 'secret/data/app', wish: Partial<Read> = {}): Read {
  const method = wish.method ?? 'GET';
  const effect = effectOf(method as Method);
  return {
    key: `${method} ${path}`,
    method,
    effect,
    path,
    query: '',
    body: undefined,
    leaseSettings: OWN_LEASE,
    ...wish,
  };
}

export function makeObject(name: string, wish: Partial<PlanObject & ValueSource> = {}): PlanObject {
  const { read = makeRead(), key = name, encoding = 'utf-8', encode, ...rest } = wish;
  return {
    name,
    source: { kind: 'value', read, key, encoding, encode } as const,
    reads: [read],
    mode: 0o644,
    isOptional: false,
    ...rest,
  };
}

/** The source of an object that is the value of a key, or a whole answer. */
export function valueSource(object: PlanObject | undefined): ValueSource {
  if (object?.source.kind !== 'value') throw new Error('not an object of one value');
  return object.source;
}

/** The read of which its file is made. */
export function readOf(object: PlanObject | undefined): Read {
  if (object === undefined || !('read' in object.source)) throw new Error('not an object of one read');
  return object.source.read;
}

/** Shaped as the kubelet's projected token; nothing in session/ checks a signature. */
export function unsignedToken(of: {
  namespace: string;
  account: string;
  pod: string;
  uid?: string;
  serial?: number;
}): string {
  const claim = {
    namespace: of.namespace,
    pod: { name: of.pod, uid: `${of.pod}-uid` },
    serviceaccount: { name: of.account, uid: of.uid ?? `${of.account}-uid` },
  };
  const payload = Buffer.from(JSON.stringify({ 'kubernetes.io': claim, serial: of.serial ?? 0 })).toString('base64url');
  return `eyJhbGciOiJub25lIn0.${payload}.c2ln`;
}
