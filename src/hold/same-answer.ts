// Whether two answers say the same. `request_id` is new on each read and says nothing, so a file that shows
// the whole answer need not change while everything else stays; who keeps the earlier answer is hold/'s affair.
import { JsonNumber, type JsonObject, type JsonValue } from '../json.ts';

export function isSameAnswer(a: JsonObject, b: JsonObject): boolean {
  return a === b || isSameObject(a, b, 'request_id');
}

function isSameObject(a: JsonObject, b: JsonObject, ignored?: string): boolean {
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  for (const key of keys) {
    if (!Object.hasOwn(b, key)) return false;
    if (key !== ignored && !isSame(a[key] as JsonValue, b[key] as JsonValue)) return false;
  }
  return true;
}

function isSame(a: JsonValue, b: JsonValue): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (a instanceof JsonNumber || b instanceof JsonNumber) {
    return a instanceof JsonNumber && b instanceof JsonNumber && a.text === b.text;
  }
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => isSame(item, b[i]));
  }
  return isSameObject(a as JsonObject, b as JsonObject);
}
