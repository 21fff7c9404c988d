// Bounds the memory of leases. A lease in use is never dropped, so a lease that does not fit is refused before it is used.
// Half of the memory is first come, first served, up to a share per account. The other half guarantees each pod a minimum,
// so that no account can keep out the credentials of another pod.
import { accountName, entryBytes, Pot } from '../pot.ts';
import type { Owner } from './lease.ts';

const MAX_BYTES = 16 * 1024 * 1024;
const ACCOUNT_BYTES = 4 * 1024 * 1024;
/** Minimum per pod: eight database users, or five certificates with chains. 110 pods, a usual node, take 7 MiB. */
const POD_BYTES = 64 * 1024;

export class LeaseMemory {
  readonly #accounts = new Pot(MAX_BYTES);
  /** The same entries by their user: a pod, or all pods of an account. */
  readonly #users = new Pot(MAX_BYTES);

  get sizeBytes(): number {
    return this.#accounts.sizeBytes;
  }

  get maxBytes(): number {
    return MAX_BYTES;
  }

  /** Whether there is memory for `key` to take `contentBytes` in all; what it takes now is part of that. */
  has(key: string, owner: Owner, contentBytes: number): boolean {
    const moreBytes = weightOf(key, contentBytes) - this.#accounts.sizeOf(key);
    if (moreBytes <= 0) return true;
    const totalBytes = this.#accounts.sizeBytes + moreBytes;
    if (totalBytes > MAX_BYTES) return false;
    if (this.#users.bytesOf(userName(owner)) + moreBytes <= POD_BYTES) return true;
    return totalBytes <= MAX_BYTES / 2 && this.#accounts.bytesOf(accountName(owner)) + moreBytes <= ACCOUNT_BYTES;
  }

  /** Counts it even over the bound: it may be a lease of an earlier process, or one still to be revoked. */
  take(key: string, owner: Owner, contentBytes: number): void {
    const sizeBytes = weightOf(key, contentBytes);
    this.#accounts.put(key, accountName(owner), sizeBytes);
    this.#users.put(key, userName(owner), sizeBytes);
  }

  free(key: string): void {
    this.#accounts.delete(key);
    this.#users.delete(key);
  }
}

function weightOf(key: string, contentBytes: number): number {
  return entryBytes(key, contentBytes);
}

function userName(owner: Owner): string {
  return `${accountName(owner)}/${owner.pod}`;
}
