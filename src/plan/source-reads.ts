// The requests of a source.
import type { Read, Source } from './plan.ts';

/** Its own first; each once. */
export function readsOf(source: Source): readonly Read[] {
  const password = 'password' in source ? source.password.read : source.read;
  return Object.freeze(password === source.read ? [source.read] : [source.read, password]);
}

/** @param share gives the read of which others take parts too */
export function withReads(source: Source, share: (read: Read) => Read): Source {
  const read = share(source.read);
  if (!('password' in source)) return Object.freeze({ ...source, read });
  const password = Object.freeze({ ...source.password, read: share(source.password.read) });
  return Object.freeze({ ...source, read, password });
}
