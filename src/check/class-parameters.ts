// The parameters of a class: what the API server wants of them, then what the daemon's own parser says, each at its
// place in the file.

import { fieldOf, isText, mapAt } from '../manifest/nodes.ts';
import type { Resource } from '../manifest/resources.ts';
import { fixOfParameter } from '../plan/known-elsewhere.ts';
import { parseObjects } from '../plan/objects.ts';
import { type ParsedParameters, parseParameters } from '../plan/parse-plan.ts';
import type { PlanDefaults } from '../plan/plan.ts';
import type { Problem } from '../plan/problems.ts';
import { quote } from '../quote.ts';
import { isNull, kindOf, type YamlMap, type YamlNode } from '../yaml/node.ts';
import type { Position } from '../yaml/position.ts';
import { adviseParameters } from './parameter-advice.ts';

/** The driver's default for files (v1.6.0), which no rule depends on. */
export const DRIVER_MODE = 0o644;
/** Node flags do not affect whether a class is valid. */
const DEFAULTS: PlanDefaults = {
  store: { address: '', namespace: '', tls: { skipVerify: false } },
  mount: 'kubernetes',
  audience: '',
  classAudience: undefined,
  tlsDirs: undefined,
  deniesSkipVerify: false,
};
/** @returns undefined if there are none. */
export function checkParameters(spec: YamlMap, resource: Resource): ParsedParameters | undefined {
  const parameters = mapAt(spec, 'parameters');
  if (parameters === undefined) {
    const at = spec.fields.get('parameters')?.at ?? spec.at;
    resource.report('class-form', at, 'parameters are missing; write roleName and objects below it');
    return undefined;
  }
  for (const { key, at } of parameters.duplicates)
    resource.report('class-form', at, `${quote(key)} is given twice; remove one`);
  const { texts, others } = readParameters(parameters);
  for (const [name, value] of others) refuseOther(name, value, resource);
  const parsed = parseParameters(texts, DEFAULTS, new Map(), (text) => parseObjects(text, DRIVER_MODE));
  const reporter = new Reporter(parameters, spec.fields.get('parameters')?.at ?? spec.at, resource);
  // A value that is no text was reported; that the parser then finds it missing is not a second problem.
  for (const problem of parsed.problems.list()) if (!others.has(problem.subject ?? '')) reporter.reportProblem(problem);
  for (const warning of parsed.warnings) reporter.reportWarning(warning);
  for (const pair of parsed.splitPairs) reporter.reportSplitPair(pair);
  if (parsed.problems.count === 0) adviseParameters(parameters, texts, parsed, resource);
  return parsed;
}

/** Parameters that are texts, and those that are not. Null counts as absent. */
export function readParameters(parameters: YamlMap): {
  readonly texts: ReadonlyMap<string, string>;
  readonly others: ReadonlyMap<string, YamlNode>;
} {
  const texts = new Map<string, string>();
  const others = new Map<string, YamlNode>();
  for (const [name, { value }] of parameters.fields) {
    if (isText(value)) texts.set(name, value.text);
    else if (!isNull(value)) others.set(name, value);
  }
  return { texts, others };
}

/** The API server takes texts only. */
function refuseOther(name: string, value: YamlNode, resource: Resource): void {
  const what = value.kind === 'scalar' ? 'a number or boolean' : kindOf(value);
  const fix =
    name === 'objects'
      ? 'write "objects: |" and the list below it, indented'
      : (fixOfParameter(name, () => false) ?? (value.kind === 'scalar' ? 'put it in quotes' : 'write one text'));
  resource.report('class-form', value.at, `parameter ${quote(name).slice(1, -1)}: ${what}, not a text; ${fix}`);
}

/** Finds the position of what the parser reports, and drops a warning if a problem names the cause. */
class Reporter {
  readonly #parameters: YamlMap;
  readonly #at: Position;
  readonly #resource: Resource;
  readonly #reported = new Set<string>();

  /** @param at position for reporting a missing parameter. */
  constructor(parameters: YamlMap, at: Position, resource: Resource) {
    this.#parameters = parameters;
    this.#at = at;
    this.#resource = resource;
  }

  reportProblem(problem: Problem): void {
    const { at, subject, text } = problem;
    this.#reported.add(keyOf(problem));
    if (typeof at === 'string')
      this.#resource.report('parameter', this.#positionOf(at), `parameter ${subject}: ${text}`);
    else this.#resource.reportWithin('object', this.#objects, at, subject === undefined ? text : `${subject}: ${text}`);
  }

  reportWarning(warning: Problem): void {
    const { at, subject, text, kind } = warning;
    if (this.#reported.has(keyOf(warning))) return;
    if (typeof at === 'string') this.#resource.report(kind ?? 'unknown-parameter', this.#positionOf(at), text);
    else this.#resource.reportWithin(kind ?? 'unknown-field', this.#objects, at, `${subject}: ${text}`);
  }

  reportSplitPair({ at, subject, text }: Problem): void {
    if (typeof at !== 'string') this.#resource.reportWithin('split-pair', this.#objects, at, `${subject}: ${text}`);
  }

  get #objects(): YamlNode {
    return fieldOf(this.#parameters, 'objects')?.value ?? this.#parameters;
  }

  #positionOf(parameter: string): Position {
    return this.#parameters.fields.get(parameter)?.at ?? this.#at;
  }
}

function keyOf({ at }: Problem): string {
  return typeof at === 'string' ? at : `${at.line}:${at.column}`;
}
