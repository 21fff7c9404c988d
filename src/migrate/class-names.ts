// Names for what is written, which nothing of the input has.
import { mapsAt, textAt } from '../manifest/nodes.ts';
import type { Input } from './input.ts';
import type { Pod } from './uses.ts';

/** What a class is made of. */
export interface ClassOwner {
  readonly input: Input;
  readonly of: string;
  readonly name: string;
}

/** Limit on the name of a pod's volume, which is a DNS label. */
const LONGEST_VOLUME = 63;

export class ClassNames {
  /** The owner of each class name, by namespace and name. */
  readonly #taken = new Map<string, string>();
  readonly #accounts = new Set<string>();
  /** Volume names, by pod. */
  readonly #volumes = new Map<string, Set<string>>();

  /** @param classes of the input. */
  constructor(classes: readonly Input[]) {
    for (const one of classes) this.#taken.set(keyOf(one, one.name), '');
  }

  /**
   * The same Secret in several files, as overlays have it, gets the same names in each.
   * @param nth class of its owner
   */
  take({ input, of, name: base }: ClassOwner, account: string, nth: number, isByAccount: boolean): string {
    const owner = JSON.stringify([of, base, account, nth]);
    const first = isByAccount ? `${base}-${account}` : base;
    const names = of === 'ConfigMap' ? [first, `${first}-config`] : [first];
    for (let count = 1; ; count++) {
      const name = names.shift() ?? `${first}-${count}`;
      const key = keyOf(input, name);
      const holder = this.#taken.get(key);
      if (holder !== undefined && holder !== owner) continue;
      this.#taken.set(key, owner);
      return name;
    }
  }

  /** False if it was written before. */
  takeAccount(input: Input, account: string): boolean {
    const key = keyOf(input, account);
    if (this.#accounts.has(key)) return false;
    this.#accounts.add(key);
    return true;
  }

  takeVolume(pod: Pod, className: string): string {
    const key = JSON.stringify([pod.input.place.document.file, pod.input.place.offset, pod.path]);
    const taken =
      this.#volumes.get(key) ?? new Set(mapsAt(pod.spec, 'volumes').map((one) => textAt(one, 'name') ?? ''));
    this.#volumes.set(key, taken);
    const base = className.replaceAll('.', '-').slice(0, LONGEST_VOLUME - 4);
    let name = base;
    for (let count = 2; taken.has(name); count++) name = `${base}-${count}`;
    taken.add(name);
    return name;
  }
}

function keyOf({ namespace = '' }: Input, name: string): string {
  return `${namespace}/${name}`;
}
