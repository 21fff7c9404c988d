// Whether two texts say the same: in another order, with other spaces and escapes too.
import { createHash } from 'node:crypto';
import { Containers } from './containers.ts';
import { writeGoForm, writeString } from './go-form.ts';
import type { JsonText } from './json-text.ts';
import { membersOf } from './members.ts';
import { endOfString, endOfValue } from './scan.ts';
import { Sink } from './sink.ts';
import { stringText } from './string.ts';

/**
 * @param ignored a key of both whose value does not count; whether it is there does.
 * Most are equal byte for byte; only the others are put into one form.
 */
export function isSameJson(a: JsonText, b: JsonText, ignored?: string): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind) return false;
  return isEqualBehind(a, b, ignored) || isEqualAround(a, b, ignored) || digest(a, ignored).equals(digest(b, ignored));
}

/** As stores write it, at the head. Should the key come again, its last value counts, and that is equal. */
function isEqualBehind(a: JsonText, b: JsonText, ignored: string | undefined): boolean {
  const head = `{"${ignored}":"`;
  const quote = head.length - 1;
  if (!startsWith(a.bytes, head) || !startsWith(b.bytes, head)) return false;
  const [endA, endB] = [endOfString(a.bytes, quote), endOfString(b.bytes, quote)];
  return a.bytes.compare(b.bytes, endB, b.bytes.length, endA, a.bytes.length) === 0;
}

function startsWith(bytes: Buffer, head: string): boolean {
  for (let at = 0; at < head.length; at += 1) if (bytes[at] !== head.charCodeAt(at)) return false;
  return true;
}

function isEqualAround(a: JsonText, b: JsonText, ignored: string | undefined): boolean {
  const [ofA, ofB] = ignored === undefined ? [] : [a.get(ignored), b.get(ignored)];
  if (ofA === undefined || ofB === undefined) return ofA === ofB && a.source.equals(b.source);
  const [endA, endB] = [ofA.end, ofB.end];
  return (
    a.bytes.subarray(0, ofA.start).equals(b.bytes.subarray(0, ofB.start)) &&
    a.bytes.subarray(endA).equals(b.bytes.subarray(endB))
  );
}

function digest(text: JsonText, ignored: string | undefined): Buffer {
  const hash = createHash('sha256');
  const sink = new Sink((page) => hash.update(page));
  if (ignored !== undefined && text.kind === 'object') writeMembers(text, ignored, sink);
  else writeGoForm(text, sink);
  sink.flush();
  return hash.digest();
}

function writeMembers({ bytes, start }: JsonText, ignored: string, sink: Sink): void {
  const members = membersOf(bytes, start, 0, new Containers(bytes, start));
  while (members.next()) {
    writeString(bytes, members.key, sink);
    const key = stringText({ bytes, from: members.key + 1, to: endOfString(bytes, members.key) - 1 });
    if (key !== ignored) writeGoForm({ bytes, start: members.value, end: endOfValue(bytes, members.value) }, sink);
    sink.ascii(',');
  }
}
