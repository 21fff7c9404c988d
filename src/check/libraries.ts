// What the parser loads only for some classes is here from the start: a check is not asynchronous.
import { PATTERNS } from '../patterns.ts';
import * as re2 from '../re2.ts';

export function putLibraries(): void {
  PATTERNS.put(re2);
}
