// The parameters of a class: what the API server wants of them, then what the daemon's own parser says, each at its
// place in the file.

import { fieldOf, isText, mapAt } from '../manifest/nodes.ts';
import type { Resource } from '../manifest/resources.ts';
import { cureOfParameter } from '../plan/known-elsewhere.ts';
import type { Mistake } from '../plan/mistakes.ts';
import { parseObjects } from '../plan/objects.ts';
import { type ParsedParameters, parseParameters } from '../plan/parse-plan.ts';
import type { PlanDefaults } from '../plan/plan.ts';
import { quote } from '../quote.ts';
import { isNull, kindOf, type YamlMap, type YamlNode } from '../yaml/node.ts';
import type { Place } from '../yaml/position.ts';
import { adviseParameters } from './parameter-advice.ts';

/** The driver's default for files (v1.6.0), which no rule depends on. */
const MODE = 0o644;
/** What the node's flags say does not matter to whether a class is right. */
const DEFAULTS: PlanDefaults = {
  store: { address: '', namespace: '', tls: { skipVerify: false } },
  mount: 'kubernetes',
  audience: '',
  classAudience: undefined,
  tlsDirs: undefined,
  deniesSkipVerify: false,
};
/** @returns undefined where there are none. */
export function checkParameters(spec: YamlMap, resource: Resource): ParsedParameters | undefined {
  const parameters = mapAt(spec, 'parameters');
  if (parameters === undefined) {
    const at = spec.fields.get('parameters')?.at ?? spec.at;
    resource.say('class-form', at, 'parameters are missing, write roleName and objects below it');
    return undefined;
  }
  for (const { key, at } of parameters.repeats)
    resource.say('class-form', at, `${quote(key)} is given twice, remove one`);
  const { texts, others } = readParameters(parameters);
  for (const [name, value] of others) refuseOther(name, value, resource);
  const parsed = parseParameters(texts, DEFAULTS, new Map(), (text) => parseObjects(text, MODE));
  const teller = new Teller(parameters, spec.fields.get('parameters')?.at ?? spec.at, resource);
  // What is no text was told as such; that the parser then misses it is no second mistake.
  for (const mistake of parsed.mistakes.list()) if (!others.has(mistake.subject ?? '')) teller.tellMistake(mistake);
  for (const warning of parsed.warnings) teller.tellWarning(warning);
  for (const pair of parsed.splitPairs) teller.tellSplitPair(pair);
  if (parsed.mistakes.count === 0) adviseParameters(parameters, texts, parsed, resource);
  return parsed;
}

/** Those that are texts, and those that are something else. Null is as absent. */
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
  const cure =
    name === 'objects'
      ? 'write "objects: |" and the list below it, indented'
      : (cureOfParameter(name, () => false) ?? (value.kind === 'scalar' ? 'put it in quotes' : 'write one text'));
  resource.say('class-form', value.at, `parameter ${quote(name).slice(1, -1)}: ${what}, not a text; ${cure}`);
}

/** Finds the place of what the parser says, and keeps quiet about a warning where a mistake names the cause. */
class Teller {
  readonly #parameters: YamlMap;
  readonly #at: Place;
  readonly #resource: Resource;
  readonly #told = new Set<string>();

  /** @param at where to tell of a parameter that is missing. */
  constructor(parameters: YamlMap, at: Place, resource: Resource) {
    this.#parameters = parameters;
    this.#at = at;
    this.#resource = resource;
  }

  tellMistake(mistake: Mistake): void {
    const { at, subject, text } = mistake;
    this.#told.add(keyOf(mistake));
    if (typeof at === 'string') this.#resource.say('parameter', this.#placeOf(at), `parameter ${subject}: ${text}`);
    else this.#resource.sayWithin('object', this.#objects, at, subject === undefined ? text : `${subject}: ${text}`);
  }

  tellWarning(warning: Mistake): void {
    const { at, subject, text, kind } = warning;
    if (this.#told.has(keyOf(warning))) return;
    if (typeof at === 'string') this.#resource.say(kind ?? 'unknown-parameter', this.#placeOf(at), text);
    else this.#resource.sayWithin(kind ?? 'unknown-field', this.#objects, at, `${subject}: ${text}`);
  }

  tellSplitPair({ at, subject, text }: Mistake): void {
    if (typeof at !== 'string') this.#resource.sayWithin('split-pair', this.#objects, at, `${subject}: ${text}`);
  }

  get #objects(): YamlNode {
    return fieldOf(this.#parameters, 'objects')?.value ?? this.#parameters;
  }

  #placeOf(parameter: string): Place {
    return this.#parameters.fields.get(parameter)?.at ?? this.#at;
  }
}

function keyOf({ at }: Mistake): string {
  return typeof at === 'string' ? at : `${at.line}:${at.column}`;
}
