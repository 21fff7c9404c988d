// One request to a store and its answer, between the client and the wire. An answer is raw: any status, bytes not parsed.
import type { IncomingHttpHeaders } from 'node:http';
import { MountError } from '../errors.ts';
import type { ReadRoom } from '../fetch/ports.ts';
import { escapeSegment } from '../go-url.ts';

export interface StoreRequest {
  /** What every message about it starts with: `GET secret/data/app`. */
  readonly operation: string;
  readonly method: string;
  /** Percent-encoded, with a leading slash, without `/v1`; the query, if there is one, behind it. */
  readonly path: string;
  /** Lower-case names. A new object for each request: node-vault writes into it. */
  readonly headers: Record<string, string>;
  /** JSON text, sent as it is. */
  readonly payload: string | undefined;
  /** It must not be sent twice, so it must not use a kept connection that the store may just have closed. */
  readonly isOnce: boolean;
  readonly signal: AbortSignal;
  /** Limit on the answer, in bytes. */
  readonly mostBytes: number;
  /** Reserves memory for its answer; undefined if no mount waits for it. */
  readonly room: ReadRoom | undefined;
}

/** How much of a failed answer is read: no store's refusal is longer. */
export const MAX_REFUSAL_BYTES = 64 * 1024;

/** Limit on answers of 100 to 199 before the real one; a proxy sends one or two. */
export const MAX_INFORMATIONAL = 16;
/** The message about a store that sends more of them. */
export const ANNOUNCES = 'announces an answer again and again and sends none';

/**
 * A node that is sealed, has no leader or is behind. One address may lead to several nodes, and a kept connection stays with
 * one of them, even after a load balancer takes it out. 307 comes from a standby.
 */
export function speaksOfNode(status: number): boolean {
  return status >= 500 || (status >= 472 && status <= 474) || status === 307;
}

export class StoreAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;

  constructor(status: number, headers: IncomingHttpHeaders, bytes: Buffer) {
    this.status = status;
    this.headers = headers;
    this.bytes = bytes;
  }

  /** For messages: cut to the longest refusal. */
  get text(): string {
    return this.bytes.toString('utf8', 0, MAX_REFUSAL_BYTES);
  }
}

/**
 * The path of a URL, each segment percent-encoded, empty ones kept: `secret//app` is a path people have.
 * @throws MountError request-refused for `.` and `..`, which servers and proxies resolve even when encoded.
 */
export function encodePath(operation: string, path: string): string {
  return path
    .split('/')
    .map((segment) => {
      if (segment === '.' || segment === '..' || !segment.isWellFormed())
        throw new MountError('request-refused', `${operation}: a path cannot hold . or .. or half a character`);
      return escapeSegment(segment);
    })
    .join('/');
}
