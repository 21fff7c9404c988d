// Everything that failed, as the one error that a pod's event shows: each object in the class's order with what
// was refused and what to change. Objects that failed on the same thing share a line, as a refused login fails all.
import { Buffer } from 'node:buffer';
import { MountError } from '../errors.ts';
import type { PlanObject } from '../plan/plan.ts';
import type { ObjectFailure } from './rendered.ts';

/** An event's message holds 1,024 bytes at first sight and gRPC carries more; beyond this nobody reads. */
const MAX_MESSAGE_BYTES = 4_096;

/** @param failures at least one, in the class's order */
export function combineFailures(objects: readonly PlanObject[], failures: readonly ObjectFailure[]): MountError {
  const [first, ...rest] = failures;
  if (first === undefined) throw new Error('no failure to combine');
  const leading = rest.reduce((a, b) => (b.error.precedence < a.precedence ? b.error : a), first.error);
  const message = cut(describe(objects, failures));
  return new MountError(leading.reason, message, { cause: leading });
}

function describe(objects: readonly PlanObject[], failures: readonly ObjectFailure[]): string {
  const byText = new Map<string, string[]>();
  for (const { object, error } of failures) {
    const names = byText.get(error.message);
    if (names === undefined) byText.set(error.message, [object.name]);
    else names.push(object.name);
  }
  const lines = [...byText].map(([text, names]) => `${nameAll(names)}: ${text}`);
  const isAll = byText.size === 1 && failures.length === objects.length;
  // If all objects share one cause, the message shows the cause and no list.
  if (isAll && objects.length > 1) return `all ${objects.length} objects: ${failures[0]?.error.message}`;
  if (lines.length === 1 && failures.length === 1) return lines[0] ?? '';
  return `${failures.length} of ${objects.length} objects failed:\n${lines.map((line) => `- ${line}`).join('\n')}`;
}

function nameAll(names: readonly string[]): string {
  const quoted = names.map((name) => JSON.stringify(name));
  return `object${names.length > 1 ? 's' : ''} ${quoted.join(', ')}`;
}

function cut(text: string): string {
  if (Buffer.byteLength(text) <= MAX_MESSAGE_BYTES) return text;
  const mark = ' ... (cut)';
  const bytes = Buffer.from(text).subarray(0, MAX_MESSAGE_BYTES - mark.length);
  // A character cut in two decodes to U+FFFD at the end.
  return bytes.toString('utf8').replace(/\uFFFD$/, '') + mark;
}
