// Verifies that pods which seem to be gone are gone: each is requested by name until the API server says that it exists or
// not. No other answer, and no silence, decides it.
import type { Clock } from '../clock.ts';
import type { Emit } from '../events.ts';
import type { JsonObject } from '../json.ts';
import { backOffMs } from './back-off.ts';
import type { ApiAnswer, KubeClient } from './client.ts';
import { type PodRef, readMember, readUids } from './pod-metadata.ts';

/** A list that lacks all 250 pods of a node asks for each; half of the client's sockets stay free for mounts. */
const MOST_AT_ONCE = 4;
/** The kubelet makes a mirror pod that was deleted anew at its next sync, a minute later at most. */
const STATIC_POD_WAIT_MS = 90_000;
/** The kubelet's own uids for static pods are an MD5 of the manifest. */
const STATIC_UID = /^[0-9a-f]{32}$/;

export interface PodChecksOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly random: () => number;
  readonly care: () => Iterable<PodRef>;
  readonly onGone: (pod: PodRef) => void;
  readonly signal: AbortSignal;
}

interface Suspect {
  readonly pod: PodRef;
  failures: number;
  /** Suspected again during its request: that answer may be outdated. */
  isRenewed: boolean;
}

export class PodChecks {
  readonly #options: PodChecksOptions;
  /** By uid: waiting, or with a request in flight. Only pods that were cared for when they were added. */
  readonly #suspects = new Map<string, Suspect>();
  readonly #queue: Suspect[] = [];
  #askedCount = 0;
  /** Reported as gone and still cared for: never reported twice. */
  readonly #reported = new Set<string>();
  #isForbidden = false;

  constructor(options: PodChecksOptions) {
    this.#options = options;
  }

  /** The API server reported that these uids, of one pod, are deleted. */
  suspectDeleted(uids: readonly string[]): void {
    for (const pod of this.#options.care()) if (uids.includes(pod.uid)) this.suspect(pod);
  }

  /** Suspects all that are cared for and not in `seen`, the uids that the API server listed. */
  suspectMissing(seen: ReadonlySet<string>): void {
    const missing = new Map<string, PodRef>();
    for (const pod of this.#options.care()) if (!seen.has(pod.uid)) missing.set(pod.uid, pod);
    for (const uid of this.#reported) if (!missing.has(uid)) this.#reported.delete(uid);
    for (const pod of missing.values()) this.suspect(pod);
  }

  /** Requests the pod, which may be gone, until the API server says whether it is. */
  suspect(pod: PodRef): void {
    if (this.#reported.has(pod.uid)) return;
    const known = this.#suspects.get(pod.uid);
    if (known !== undefined) {
      known.isRenewed = true;
      return;
    }
    const suspect = { pod, failures: 0, isRenewed: false };
    this.#suspects.set(pod.uid, suspect);
    if (STATIC_UID.test(pod.uid)) void this.#enqueueLater(suspect);
    else this.#enqueue(suspect);
  }

  async #enqueueLater(suspect: Suspect): Promise<void> {
    await this.#sleep(STATIC_POD_WAIT_MS);
    this.#enqueue(suspect);
  }

  #enqueue(suspect: Suspect): void {
    this.#queue.push(suspect);
    this.#askNext();
  }

  #askNext(): void {
    while (this.#askedCount < MOST_AT_ONCE && !this.#options.signal.aborted) {
      const suspect = this.#queue.shift();
      if (suspect === undefined) return;
      void this.#settle(suspect);
    }
  }

  async #settle(suspect: Suspect): Promise<void> {
    this.#askedCount += 1;
    suspect.isRenewed = false;
    const isGone = this.#isCaredFor(suspect.pod) ? await this.#ask(suspect.pod) : false;
    if (isGone === undefined) {
      suspect.failures += 1;
      // Keeps its slot, so that an API server that comes back gets four requests, not hundreds.
      await this.#sleep(backOffMs(suspect.failures, this.#options.random));
    }
    this.#askedCount -= 1;
    if (this.#options.signal.aborted) return;
    if (isGone === undefined || (!isGone && suspect.isRenewed)) this.#queue.push(suspect);
    else this.#suspects.delete(suspect.pod.uid);
    if (isGone) this.#report(suspect.pod);
    this.#askNext();
  }

  #isCaredFor({ uid }: PodRef): boolean {
    for (const pod of this.#options.care()) if (pod.uid === uid) return true;
    return false;
  }

  /** undefined: unknown, to be retried. */
  async #ask(pod: PodRef): Promise<boolean | undefined> {
    const { client, signal } = this.#options;
    const path = `/api/v1/namespaces/${encodeURIComponent(pod.namespace)}/pods/${encodeURIComponent(pod.name)}`;
    try {
      // The whole pod, as its phase is not in the metadata. A list by field selector will not do: if it is empty, that means
      // "gone", which is what this request must verify.
      const answer = await client.request('GET', path, undefined, signal);
      const isGone = judge(answer, pod);
      if (isGone === undefined) this.#warnOnce(answer, pod);
      else this.#isForbidden = false;
      return isGone;
    } catch {
      // The watch reports connection problems.
      return undefined;
    }
  }

  #report(pod: PodRef): void {
    const { emit, onGone } = this.#options;
    this.#reported.add(pod.uid);
    try {
      onGone(pod);
    } catch (cause) {
      emit({ type: 'fault', message: 'what is kept for a deleted pod could not be dropped', cause });
    }
  }

  #warnOnce({ status, message }: ApiAnswer, { namespace, name }: PodRef): void {
    if (status !== 403 || this.#isForbidden) return;
    this.#isForbidden = true;
    const text = `whether pod ${namespace}/${name} is gone cannot be asked, and it is taken to be there: ${message || 'status 403'}; allow the provider's service account to get pods`;
    this.#options.emit({ type: 'notice', level: 'warn', message: text });
  }

  /** Ends at once if the daemon stops. */
  async #sleep(ms: number): Promise<void> {
    const { clock, signal } = this.#options;
    if (!signal.aborted) await clock.sleep(ms, signal).catch(() => {});
  }
}

/** undefined if the answer says neither. */
function judge({ status, body }: ApiAnswer, pod: PodRef): boolean | undefined {
  const object = body.reveal();
  if (status === 404) return isAbout(object, pod) ? true : undefined;
  if (status !== 200) return undefined;
  const uids = readUids(object);
  if (uids.length === 0) return undefined;
  if (!uids.includes(pod.uid)) return true;
  // Its containers have ended and the kubelet unmounts its volumes; a Job's pod can stay like this for days.
  const phase = readMember(readMember(object, 'status'), 'phase');
  return phase === 'Succeeded' || phase === 'Failed';
}

/** A proxy's 404, or one for an unknown path, names no pod. */
function isAbout(object: JsonObject, pod: PodRef): boolean {
  const details = readMember(object, 'details');
  return (
    readMember(object, 'reason') === 'NotFound' &&
    readMember(details, 'kind') === 'pods' &&
    readMember(details, 'name') === pod.name
  );
}
