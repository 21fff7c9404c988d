// Whether two texts say the same: in another order, with other spaces and escapes too.
import { createHash } from 'node:crypto';
import { writeGoForm } from './go-form.ts';
import type { JsonText } from './json-text.ts';
import { Sink } from './sink.ts';

/** Most are equal byte for byte; only the others are put into one form. */
export function isSameJson(a: JsonText, b: JsonText): boolean {
  return a.source.equals(b.source) || digest(a).equals(digest(b));
}

function digest(text: JsonText): Buffer {
  const hash = createHash('sha256');
  const sink = new Sink((page) => hash.update(page));
  writeGoForm(text, sink);
  sink.flush();
  return hash.digest();
}
