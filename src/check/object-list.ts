// A file with only the list of a class's objects, which a kustomization or a chart inserts into the class. The same rules
// apply, with positions in this file.
import type { Finding, Source } from '../manifest/finding.ts';
import { RULES, type Rule } from '../manifest/rules.ts';
import { parseObjects } from '../plan/objects.ts';
import type { Problem } from '../plan/problems.ts';
import type { YamlScalar } from '../yaml/node.ts';
import type { Position } from '../yaml/position.ts';
import { DRIVER_MODE } from './class-parameters.ts';
import { putLibraries } from './libraries.ts';
import { adviseObjects, listObjects } from './object-advice.ts';

const START: Position = { line: 1, column: 1 };

export function checkObjectList({ name: file, text }: Source, report: (finding: Finding) => void): void {
  putLibraries();
  const { problems, warnings, splitPairs } = parseObjects(text, DRIVER_MODE);
  const reportAt = (rule: Rule, at: Position, message: string) => {
    report({ file, ...at, level: RULES[rule].level, rule, message, resource: undefined });
  };
  const reportProblem = (rule: Rule, { at, subject, text: said }: Problem) => {
    // For the whole text, `subject` is the parameter that usually holds it. This file has none, so it is left out.
    const isOfAll = typeof at === 'string' || subject === undefined;
    reportAt(rule, typeof at === 'string' ? START : at, isOfAll ? said : `${subject}: ${said}`);
  };
  for (const problem of problems) reportProblem('object', problem);
  // The cause at this position has been reported.
  const places = new Set(problems.map(({ at }) => JSON.stringify(at)));
  for (const warning of warnings)
    if (!places.has(JSON.stringify(warning.at))) reportProblem(warning.kind ?? 'unknown-field', warning);
  for (const pair of splitPairs) reportProblem('split-pair', pair);
  if (problems.length > 0) return;
  const whole: YamlScalar = {
    kind: 'scalar',
    text,
    isPlain: false,
    at: START,
    weight: { nodes: 1, chars: text.length, depth: 1 },
  };
  const reportWithin = (rule: Rule, _: unknown, at: Position, message: string) => reportAt(rule, at, message);
  adviseObjects(whole, listObjects(whole), { reportWithin });
}
