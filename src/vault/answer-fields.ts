// Typed fields of the store's answers; a field of another type counts as absent.
import type { JsonText } from '../json-text/json-text.ts';

export function isTrue(value: JsonText | undefined): boolean {
  return value?.kind === 'true';
}

export function secondsOf(value: JsonText | undefined): number {
  const seconds = Number(value?.number ?? 0);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : 0;
}
