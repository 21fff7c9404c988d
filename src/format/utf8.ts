// Characters in bytes that are known to be UTF-8.
import type { Buffer } from 'node:buffer';

/** @param first byte of a character. @returns the number of its bytes */
export function pointLength(first: number): number {
  return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/** The character that starts at `at`. */
export function pointAt(bytes: Buffer, at: number): number {
  const first = bytes[at] as number;
  const length = pointLength(first);
  if (length === 1) return first;
  let point = first & (0x7f >> length);
  for (let i = 1; i < length; i += 1) point = (point << 6) | ((bytes[at + i] as number) & 0x3f);
  return point;
}
