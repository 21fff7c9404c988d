// The requests of a source.
import type { Read, Source } from './plan.ts';

/** Its own first; each once. None of a tree: what it reads is found by the mount. */
export function readsOf(source: Source): readonly Read[] {
  if (source.kind === 'tree') return Object.freeze([]);
  const password = 'password' in source ? source.password.read : source.read;
  return Object.freeze(password === source.read ? [source.read] : [source.read, password]);
}

/** @param share gives the read of which others take parts too */
export function withReads(source: Source, share: (read: Read) => Read): Source {
  if (source.kind === 'tree') return Object.freeze(source);
  const read = share(source.read);
  if (!('password' in source)) return Object.freeze({ ...source, read });
  const password = Object.freeze({ ...source.password, read: share(source.password.read) });
  return Object.freeze({ ...source, read, password });
}
