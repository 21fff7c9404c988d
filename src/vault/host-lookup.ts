// Resolves names for the sockets of all agents. Concurrent lookups of one name are coalesced: each would occupy one of
// Node's few threads for as long as a dead name server takes. The guarded form refuses forbidden addresses at the moment of
// connecting, so that DNS cannot change between a check and its use.
import { type LookupAddress, type LookupOptions, lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { type Guard, refusedAfterLookup } from './address-rules.ts';

export type Resolve = typeof lookup;

export class HostLookup {
  readonly #resolve: Resolve;
  readonly #underWay = new Map<string, Promise<LookupAddress[]>>();

  constructor(resolve: Resolve = lookup) {
    this.#resolve = resolve;
  }

  /** @param guard checks every address that a name resolves to; undefined: any address may be connected to. */
  guardedBy(guard: Guard | undefined): LookupFunction {
    return (host, options, done) => this.#look(host, options, done, guard);
  }

  #look(host: string, options: LookupOptions, done: Parameters<LookupFunction>[2], guard: Guard | undefined): void {
    this.#join(host, options).then(
      (found) => {
        const [first] = found;
        const what = found.map(({ address }) => guard?.(address)).find((one) => one !== undefined);
        const refused: Error | undefined = what === undefined ? undefined : refusedAfterLookup(host, what);
        if (refused !== undefined) return done(refused, '');
        if (first === undefined) return done(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), '');
        return options.all ? done(null, found) : done(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => done(error, ''),
    );
  }

  #join(host: string, options: LookupOptions): Promise<LookupAddress[]> {
    const key = `${host} ${options.family ?? 0} ${options.hints ?? 0}`;
    let lookingUp = this.#underWay.get(key);
    if (lookingUp === undefined) {
      lookingUp = new Promise<LookupAddress[]>((resolve, reject) => {
        this.#resolve(host, { ...options, all: true }, (error, found) => {
          this.#underWay.delete(key);
          if (error) reject(error);
          else resolve(found);
        });
      });
      this.#underWay.set(key, lookingUp);
    }
    return lookingUp;
  }
}
