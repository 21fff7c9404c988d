// The pods for which something is kept. When a pod is gone, all of it is dropped from here. The same is done after a mount
// that ends later than its pod.

/** A pod that something is kept for. */
export interface PodRef {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** Keeps something for pods. */
export interface PodUser {
  /** A pod may come more than once. */
  pods(): Iterable<PodRef>;
  /** Drops all that only this pod needs. */
  podGone(podUid: string): void;
}

/** Some 40 times a node's 250 pods: a mount that is under way when its pod ends is over long before its uid is forgotten. */
const MOST_GONE = 10_000;

export class Pods {
  readonly #users: readonly PodUser[];
  readonly #onKept: (pod: PodRef) => void;
  /** Uids of deleted pods, because no later event names them. */
  readonly #gone = new Set<string>();

  /** @param onKept called after a volume's first call: its pod now may have something, and may have been deleted before */
  constructor(users: readonly PodUser[], onKept: (pod: PodRef) => void) {
    this.#users = users;
    this.#onKept = onKept;
  }

  /** A pod may come more than once. */
  *all(): Iterable<PodRef> {
    for (const user of this.#users) yield* user.pods();
  }

  /** The pod is gone, as the API server confirmed. */
  gone(podUid: string): void {
    this.#gone.delete(podUid);
    this.#gone.add(podUid);
    const [oldest] = this.#gone;
    if (this.#gone.size > MOST_GONE && oldest !== undefined) this.#gone.delete(oldest);
    this.#end(podUid);
  }

  /** A call of a volume has ended, in success or failure, and may have left something. @param isFirst of this volume */
  called({ pod, isFirst }: { readonly pod: PodRef | undefined; readonly isFirst: boolean }): void {
    if (pod === undefined) return;
    if (this.#gone.has(pod.uid)) this.#end(pod.uid);
    else if (isFirst) this.#onKept(pod);
  }

  #end(podUid: string): void {
    for (const user of this.#users) user.podGone(podUid);
  }
}
