// Loads parts that the parser otherwise loads on demand, as a check is synchronous.
import { PATTERNS } from '../patterns.ts';
import { LANGUAGES } from '../plan/template-languages.ts';
import * as re2 from '../re2.ts';
import { AGENT } from '../template/functions/agent.ts';
import { SPRIG } from '../template/functions/sprig.ts';
import { compile, findProblems } from '../template/template.ts';

export function putLibraries(): void {
  PATTERNS.put(re2);
  LANGUAGES.agent.put({ compile, findProblems, functions: AGENT });
  LANGUAGES.sprig.put({ compile, findProblems, functions: SPRIG });
}
