// Whether two answers say the same. `request_id` is new on each read and says nothing, so a file that shows
// the whole answer need not change while everything else stays; who keeps the earlier answer is last-answers.ts.
import type { JsonText } from '../json-text/json-text.ts';
import { isSameJson } from '../json-text/same.ts';

export function isSameAnswer(a: JsonText, b: JsonText): boolean {
  return isSameJson(a, b, 'request_id');
}
