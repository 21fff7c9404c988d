// Somebody else's pods on the same node, at an honest store: they are mounted again and again, and each time must get
// their own value. What they get while an attacker works is the measure of all of test/tenants.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Driver, MountWish } from '../harness/driver.ts';
import { type LoginMethod, type OpenBao, startOpenBao } from '../harness/openbao.ts';
import { NEIGHBOUR, type Neighbours } from './neighbours.ts';

/** In the log of the daemon or in another pod's answer it is a leak. */
export const CANARY = 'value-of-the-victim-7c1f';
const NAMESPACE = 'victim';
/** Ten mounts a second: ten times what a node full of pods is polled for. */
const PAUSE_MS = 80;
const NEIGHBOURS = 20;
/** More than a mount's own time. */
const PATIENCE_MS = 40_000;

export interface Service {
  readonly asked: number;
  readonly answered: number;
  /** The times of those that were answered, sorted. */
  readonly ms: readonly number[];
  /** The first few failures. */
  readonly failures: readonly string[];
}

export class Victim {
  readonly bao: OpenBao;
  readonly #login: LoginMethod;
  #count = 0;

  private constructor(bao: OpenBao, login: LoginMethod) {
    this.bao = bao;
    this.#login = login;
  }

  static async make(): Promise<Victim> {
    const bao = await startOpenBao();
    const login = await bao.enableKubernetes();
    await bao.addPolicy('victim', 'path "secret/data/victim/*" { capabilities = ["read"] }');
    await login.addRole('victim', { policies: ['victim'] });
    for (let i = 0; i < 3; i += 1)
      await bao.request('POST', `secret/data/victim/${i}`, { data: { value: `${CANARY}-${i}` } });
    return new Victim(bao, login);
  }

  stop(): Promise<void> {
    return this.bao.stop();
  }

  /** @param pod by default a new one, whose first mount waits for nothing that is known */
  wish(pod = `pod-${this.#count++}`, account = 'shop'): MountWish {
    const objects = [0, 1, 2].map(
      (i) => `- {objectName: f${i}, secretPath: secret/data/victim/${i}, secretKey: value}`,
    );
    return {
      namespace: NAMESPACE,
      account,
      pod,
      tokens: { vault: this.#login.mintJwt({ namespace: NAMESPACE, account, pod }) },
      deadlineMs: PATIENCE_MS,
      parameters: { roleName: 'victim', vaultAuthMountPath: this.#login.mount, objects: objects.join('\n') },
    };
  }

  /** Pods of another namespace, with a role `none` that may read nothing of value. */
  async neighbours(): Promise<Neighbours> {
    await this.bao.addPolicy('none', 'path "nothing" { capabilities = ["read"] }');
    await this.#login.addRole('none', { policies: ['none'] });
    const tokens = Array.from({ length: NEIGHBOURS }, (_, i) => this.#login.mintJwt({ ...NEIGHBOUR, pod: `pod-${i}` }));
    return { mount: this.#login.mount, tokens };
  }

  /** One pod after the other, until `isOver`. */
  async serve(driver: Driver, isOver: (asked: number, failed: number) => boolean): Promise<Service> {
    const ms: number[] = [];
    const failures: string[] = [];
    let asked = 0;
    for (; !isOver(asked, asked - ms.length); asked += 1) {
      const wish = this.wish();
      const startedAt = performance.now();
      const failure = await driver.mount(wish).then(
        ({ files }) =>
          files.map(({ contents }) => contents.toString()).join() === [0, 1, 2].map((i) => `${CANARY}-${i}`).join()
            ? undefined
            : 'another content',
        (thrown: Error) => thrown.message,
      );
      if (failure === undefined) ms.push(performance.now() - startedAt);
      else if (failures.length < 5) failures.push(failure.slice(0, 300));
      await sleep(PAUSE_MS);
    }
    return { asked, answered: ms.length, ms: ms.toSorted((a, b) => a - b), failures };
  }
}

export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
