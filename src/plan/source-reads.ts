// The requests of a source.
import type { Read, Source } from './plan.ts';

/** Distinct reads, the source's own first. Empty for a tree or a template of the syntax `agent`: the mount finds them. */
export function readsOf(source: Source): readonly Read[] {
  if (source.kind === 'tree') return Object.freeze([]);
  if (source.kind === 'template') return Object.freeze([...new Set(source.named.map(({ read }) => read))]);
  const password = 'password' in source ? source.password.read : source.read;
  return Object.freeze(password === source.read ? [source.read] : [source.read, password]);
}

/** The reads to which the object's lease settings apply. */
export function managedReadsOf(source: Source): readonly Read[] {
  return source.kind === 'template' ? source.named.map(({ read }) => read) : [source.read];
}

/** @param share maps a read to the one that other objects share */
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
