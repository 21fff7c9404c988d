// Judges what a pod was answered, from the ledger and the daemon's log alone. A finding is a sentence that says which
// promise was broken; there are none in a good run.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { MountAnswer } from '../harness/driver.ts';
import { type Account, type ChaosClass, KEYS, REFRESH_MS, STEADY_PATHS, type Want } from './classes.ts';
import type { Ledger } from './ledger.ts';
import { MAX_STALE_MS, WINDOW_MS } from './world.ts';

/** Between a moment in the daemon and the same one here, beside what the machine was late by (ledger.ts). */
const SLACK_MS = 400;

export interface SeenPod {
  readonly name: string;
  readonly uid: string;
  readonly account: Account;
  /** What its files hold; undefined before its first mount. */
  files: ReadonlyMap<string, string> | undefined;
  /** The newest value it got, by KV path. */
  readonly indexes: Map<string, number>;
}

export interface SeenCall {
  readonly pod: SeenPod;
  readonly asked: ChaosClass;
  readonly sentAt: number;
  readonly answeredAt: number;
  /** Outcome and isFirst of the daemon's own log line on it. */
  readonly isStale: boolean;
  readonly isFirst: boolean;
}

export class Observer {
  readonly findings: string[] = [];
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  get #slackMs(): number {
    return SLACK_MS + this.#ledger.latenessMs;
  }

  /** The pod has the answer's files from now on. */
  see(call: SeenCall, answer: MountAnswer): void {
    const { pod, asked } = call;
    const files = new Map(answer.files.map(({ path, contents }) => [path, contents.toString()]));
    const expected = asked.wants.flatMap((want) => KEYS[want.kind].map((key) => `${want.name}-${key}`));
    if ([...files.keys()].toSorted().join() !== expected.toSorted().join())
      this.#find(pod, 'not the files it asked for');
    if (asked.isForeign) this.#find(pod, `files that only another account may see`);
    if (call.isStale && call.isFirst) this.#find(pod, 'a first mount from an earlier answer');
    for (const want of asked.wants) {
      const [first = '', second = ''] = KEYS[want.kind].map((key) => files.get(`${want.name}-${key}`) ?? '');
      if (want.kind === 'kv') this.#seeValue(call, want, first, second);
      else if (want.kind === 'login') this.#seeLogin(call, want, first, second);
      else this.#seeCertificate(call, want, first, second);
    }
    pod.files = files;
  }

  #seeValue(call: SeenCall, want: Want & { kind: 'kv' }, user: string, password: string): void {
    const { path } = want;
    const heldMs = want.isHeld ? REFRESH_MS : 0;
    const { pod, sentAt, answeredAt, isStale } = call;
    const index = Number(user.split('#')[1]);
    const value = this.#ledger.value(path, index);
    const isOfPath = user === `user ${path}#${index}`;
    if (!isOfPath || value === undefined) {
      this.#find(pod, `for ${path}: ${user}, which is none of its values`);
      return;
    }
    if (password !== `password ${path}#${index}`)
      this.#find(pod, `parts of two values of ${path}: ${user}, ${password}`);
    const sinceAt = sentAt - WINDOW_MS - heldMs - this.#slackMs;
    const wasThere = value.fromAt <= answeredAt && value.toAt >= sinceAt;
    const isFresh = wasThere && this.#ledger.wasGiven(pod.account, path, index, sinceAt, answeredAt);
    if (!isFresh && !isStale) this.#find(pod, `${user}, not the store's at that time and not said to be stale`);
    const staleSinceAt = answeredAt - MAX_STALE_MS - heldMs - this.#slackMs - (answeredAt - sentAt);
    if (!isFresh && !this.#ledger.wasGiven(pod.account, path, index, staleSinceAt, answeredAt))
      this.#find(pod, `${user}, which its account was not given within --max-stale`);
    const before = pod.indexes.get(path) ?? -1;
    if (index < before) this.#find(pod, `${user}, after it had #${before}`);
    pod.indexes.set(path, index);
  }

  #seeLogin(call: SeenCall, want: Want & { kind: 'login' }, user: string, password: string): void {
    const { pod, sentAt } = call;
    const issued = this.#ledger.find(user);
    if (issued === undefined) {
      this.#find(pod, `the user ${user}, which the store never made`);
      return;
    }
    if (issued.secret !== password) this.#find(pod, `the password of another user than ${user}`);
    if (!issued.leaseId.startsWith(`${want.path}/`)) this.#find(pod, `${user}, which is not of ${want.path}`);
    if (issued.goneAt < sentAt - this.#slackMs)
      this.#find(pod, `${user}, gone ${sentAt - issued.goneAt} ms before the call`);
    this.#seeOwner(pod, issued.mark, want.isShared);
    if (STEADY_PATHS.includes(want.path)) this.#seeSame(pod, `${want.name}-username`, (name) => name, issued.mark);
  }

  #seeCertificate({ pod }: SeenCall, want: Want & { kind: 'certificate' }, pem: string, key: string): void {
    const certificate = new X509Certificate(pem);
    const mark = serialOf(pem);
    if (!certificate.checkPrivateKey(createPrivateKey(key)))
      this.#find(pod, `the key of another certificate than ${mark}`);
    if (certificate.subject !== `CN=${want.commonName}`)
      this.#find(pod, `a certificate for ${certificate.subject} instead of ${want.commonName}`);
    if (this.#ledger.find(mark) === undefined) {
      this.#find(pod, `the certificate ${mark}, which was never issued`);
      return;
    }
    this.#seeOwner(pod, mark, false);
    this.#seeSame(pod, `${want.name}-certificate`, serialOf, mark);
  }

  #seeOwner(pod: SeenPod, mark: string, isShared: boolean): void {
    const issued = this.#ledger.find(mark);
    if (issued === undefined) return;
    issued.pods.add(pod.uid);
    if (issued.account !== pod.account) this.#find(pod, `${mark}, issued to ${issued.account}`);
    if (!isShared && issued.pods.size > 1) this.#find(pod, `${mark}, which another pod has too`);
  }

  /** What is good stays, unless a record of it was damaged. */
  #seeSame(pod: SeenPod, file: string, markOf: (contents: string) => string, mark: string): void {
    const contents = pod.files?.get(file);
    const before = contents === undefined ? undefined : this.#ledger.find(markOf(contents));
    if (before === undefined || before.mark === mark || before.isSpoilt) return;
    const leftMs = before.goodUntil - (this.#ledger.find(mark)?.arrivedAt ?? 0) - this.#slackMs;
    if (leftMs <= 0 || this.#ledger.isOfAKill(before.toldAt, before.toldAt)) return;
    this.#find(pod, `${mark} instead of ${before.mark}, which was good for another ${Math.round(leftMs / 1000)} s`);
  }

  #find({ name, uid, account }: SeenPod, what: string): void {
    this.findings.push(`${name} (${uid}, ${account}) got ${what}`);
  }
}

/** As the store writes it: `0a:1b`. */
function serialOf(pem: string): string {
  const { serialNumber } = new X509Certificate(pem);
  return (serialNumber.toLowerCase().match(/../g) ?? []).join(':');
}
