// The requests of a source.
import type { Read, Source } from './plan.ts';

/** Its own first; each once. None of a tree, nor of a template that reads by itself: the mount finds what they read. */
export function readsOf(source: Source): readonly Read[] {
  if (source.kind === 'tree') return Object.freeze([]);
  if (source.kind === 'template') return Object.freeze([...new Set(source.named.map(({ read }) => read))]);
  const password = 'password' in source ? source.password.read : source.read;
  return Object.freeze(password === source.read ? [source.read] : [source.read, password]);
}

/** Those whose answers are managed as its object says. */
export function managedReadsOf(source: Source): readonly Read[] {
  return source.kind === 'template' ? source.named.map(({ read }) => read) : [source.read];
}

/** @param share gives the read of which others take parts too */
export function withReads(source: Source, share: (read: Read) => Read): Source {
  if (source.kind === 'tree') return Object.freeze(source);
  if (source.kind === 'template') {
    const named = source.named.map((one) => Object.freeze({ ...one, read: share(one.read) }));
    return Object.freeze({ ...source, named: Object.freeze(named) });
  }
  const read = share(source.read);
  if (!('password' in source)) return Object.freeze({ ...source, read });
  const password = Object.freeze({ ...source.password, read: share(source.password.read) });
  return Object.freeze({ ...source, read, password });
}
