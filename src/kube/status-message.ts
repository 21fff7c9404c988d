// The API server's message on a refusal, made safe for a pod's event: one line, bounded, without our token.
import { Buffer } from 'node:buffer';
import { getOwn, type JsonObject } from '../json.ts';
import type { Secret } from '../secret.ts';

/** As for what a store says: room for the sentence, and for other failures beside it. */
const LONGEST_BYTES = 512;

export function statusMessage(body: JsonObject, token: Secret<string> | undefined): string {
  const message = getOwn(body, 'message');
  if (typeof message !== 'string') return '';
  const cut = token?.reveal().trim() ?? '';
  const clean = cut === '' ? message : message.replaceAll(cut, '[redacted]');
  return bound(clean.replace(/[\s\p{Cc}]+/gu, ' ').trim());
}

function bound(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= LONGEST_BYTES) return text;
  // A character cut in two would decode to U+FFFD.
  return `${bytes
    .subarray(0, LONGEST_BYTES)
    .toString()
    .replace(/\ufffd+$/, '')}...`;
}
