// What a mount reports if there is no memory for its lease.
import { MountError } from '../errors.ts';
import { accountName } from '../pot.ts';
import type { Owner } from './lease.ts';

/** @param what the request, or the volume */
export function memoryFull(what: string, owner: Owner): MountError {
  return new MountError(
    'lease-memory-full',
    `${what}: the provider has no memory left to keep a lease for service account ${accountName(owner)}; mount fewer or smaller leased secrets in its pods`,
  );
}

/** The same for an answer that is only kept to save requests. */
export function readInstead(what: string, owner: Owner): string {
  return `${what}: refreshAfter has no effect, as the provider has no memory left to keep the answer for service account ${accountName(owner)}; each poll reads it; mount fewer or smaller objects with refreshAfter`;
}
