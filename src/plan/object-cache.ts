// LRU cache of parsed objects by their exact text, so that a poll parses no YAML. Bounded by count and bytes. Entries do
// not expire, because the same text always has the same result. Failures are cached too, because a pod with an invalid
// class is retried every few seconds.
import { type ParsedObjects, parseObjects } from './objects.ts';
import { BYTES_PER_OBJECT, weighObjects } from './weight.ts';

export interface ObjectCacheLimits {
  readonly maxCount: number;
  readonly maxBytes: number;
}

/** More classes than a node runs (250 pods), in a sixteenth of the memory the daemon is given. */
const DEFAULT_LIMITS: ObjectCacheLimits = { maxCount: 500, maxBytes: 4 * 1024 * 1024 };

interface Entry {
  readonly parsed: ParsedObjects;
  readonly sizeBytes: number;
}

export class ObjectCache {
  readonly #limits: ObjectCacheLimits;
  /** Least recently used first. The key contains the whole text, not a digest, so two texts cannot collide. */
  readonly #entries = new Map<string, Entry>();
  #sizeBytes = 0;

  constructor(limits: ObjectCacheLimits = DEFAULT_LIMITS) {
    this.#limits = limits;
  }

  get count(): number {
    return this.#entries.size;
  }

  /** As parseObjects. The answer is frozen and shared. */
  parse(text: string, mode: number): ParsedObjects {
    const key = `${mode} ${text}`;
    const known = this.#entries.get(key);
    if (known !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, known);
      return known.parsed;
    }
    const parsed = parseObjects(text, mode);
    this.#keep(key, parsed);
    return parsed;
  }

  #keep(key: string, parsed: ParsedObjects): void {
    const entry = { parsed, sizeBytes: 2 * key.length + sizeOf(parsed) };
    if (entry.sizeBytes > this.#limits.maxBytes) return;
    this.#entries.set(key, entry);
    this.#sizeBytes += entry.sizeBytes;
    for (const [oldest, { sizeBytes }] of this.#entries) {
      if (this.#entries.size <= this.#limits.maxCount && this.#sizeBytes <= this.#limits.maxBytes) break;
      this.#entries.delete(oldest);
      this.#sizeBytes -= sizeBytes;
    }
  }
}

function sizeOf({ objects, reads, problems }: ParsedObjects): number {
  return weighObjects(objects, reads) + BYTES_PER_OBJECT * (1 + problems.length);
}
