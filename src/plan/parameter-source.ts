// Looks up parameters under each of their spellings and applies the checks common to all. parameters.ts knows which
// parameters exist and what each means.

import { describeInvisible, withoutInvisible } from '../invisible.ts';
import { nearest } from '../nearest.ts';
import { quote } from '../quote.ts';
import { type Attributes, isFromKubernetes } from './attributes.ts';
import { fixOfParameter, meaning } from './known-elsewhere.ts';
import {
  CONNECTION_PARAMETERS,
  type ConnectionParameter,
  PLAIN_PARAMETERS,
  PREFIXES,
  ROLE_SPELLINGS,
} from './parameter-table.ts';
import type { Problem, Problems } from './problems.ts';
import { didYouMean } from './suggest.ts';
import { isCleanText } from './text.ts';

const KNOWN: ReadonlySet<string> = new Set([
  ...ROLE_SPELLINGS,
  ...Object.keys(PLAIN_PARAMETERS),
  ...PREFIXES.flatMap((prefix) => Object.keys(CONNECTION_PARAMETERS).map((parameter) => `${prefix}${parameter}`)),
]);
/** Without `bao...` the nearest word to a misspelt `vault...` is always a `vault...`. */
const SUGGESTED = [...KNOWN].filter((name) => !name.startsWith('bao'));
/** Parameters are shown in messages and sent in headers; no store takes longer ones. */
export const LONGEST_VALUE = 1024;
/** Nobody reads more of them. Comparing thousands of names would take longer than parsing the class. */
const MOST_UNKNOWN = 20;

/** A parameter as the class spells it. */
export interface Parameter {
  readonly name: string;
  readonly value: string;
}

export function isKnownParameter(name: string): boolean {
  return KNOWN.has(name);
}

function withoutLineEnds(text: string): string {
  let end = text.length;
  while (text[end - 1] === '\n') end -= 1;
  return text.slice(0, end);
}

function findTextProblem(value: string): string {
  // "|" and ">" leave a line break at the end.
  if (isCleanText(withoutLineEnds(value)))
    return value.endsWith('\n')
      ? 'ends with a line break; write it on the line of its name, without "|" or ">"'
      : `longer than ${LONGEST_VALUE} characters; shorten it`;
  return 'holds control characters; write one line of text';
}

export class ParameterSource {
  readonly #attributes: Attributes;
  readonly #problems: Problems;
  readonly #invisible: Problem[] = [];
  readonly #reported = new Set<string>();

  constructor(attributes: Attributes, problems: Problems) {
    this.#attributes = attributes;
    this.#problems = problems;
    for (const name of this.#unknownParameters()) {
      const meant = withoutInvisible(name);
      if (meant === name || !KNOWN.has(meant)) continue;
      this.#reported.add(meant);
      problems.addParameter(quote(name).slice(1, -1), `${describeInvisible(name)}; write ${meant}`, name);
    }
  }

  report({ name }: { readonly name: string }, text: string, at?: string): void {
    this.#problems.addParameter(name, text, at);
  }

  connection(parameter: ConnectionParameter): Parameter | undefined {
    return this.#first(PREFIXES.map((prefix) => `${prefix}${parameter}`));
  }

  role(): Parameter | undefined {
    return this.#first(ROLE_SPELLINGS);
  }

  plain(name: 'audience' | 'sessionScope'): Parameter | undefined {
    return this.#first([name]);
  }

  /** Whether a problem was reported for one of these, so that "is missing" is not reported as well. */
  isReported(names: readonly string[]): boolean {
    return names.some((name) => this.#reported.has(name));
  }

  /** An unknown parameter that other providers use for `name`, or that looks like a misspelling of it. */
  lookalike(name: string): string | undefined {
    return meaning(name, this.#unknownParameters()) ?? nearest(name, this.#unknownParameters());
  }

  warnings(): readonly Problem[] {
    const unknown = this.#unknownParameters().filter((name) => !KNOWN.has(withoutInvisible(name)));
    return [
      ...this.#invisible,
      ...unknown.map((name) => ({
        at: name,
        subject: name,
        text: `unknown parameter ${quote(name)}${this.#fixFor(name)}`,
      })),
    ];
  }

  /** Only a warning: a role or a mount may have any name, so the character may be intended. */
  #warnOfInvisible(name: string, value: string): void {
    const what = describeInvisible(value);
    if (what === undefined) return;
    this.#invisible.push({
      at: name,
      subject: name,
      text: `parameter ${name}: ${what}; remove it if it is not meant`,
      kind: 'invisible',
    });
  }

  #fixFor(name: string): string {
    const fix = fixOfParameter(name, (one) => this.#attributes.has(one));
    return fix === undefined ? didYouMean(name, SUGGESTED) : `; ${fix}`;
  }

  #unknownParameters(): readonly string[] {
    const unknownParameters: string[] = [];
    for (const name of this.#attributes.keys()) {
      if (!KNOWN.has(name) && !isFromKubernetes(name)) unknownParameters.push(name);
      if (unknownParameters.length === MOST_UNKNOWN) break;
    }
    return unknownParameters;
  }

  /** Empty counts as absent. */
  #first(names: readonly string[]): Parameter | undefined {
    for (const name of names) {
      const value = this.#attributes.get(name);
      if (value === undefined || value === '') continue;
      if (value.length <= LONGEST_VALUE && isCleanText(value)) {
        this.#warnOfInvisible(name, value);
        return { name, value };
      }
      this.#reported.add(name);
      this.report({ name }, findTextProblem(value));
      return undefined;
    }
    return undefined;
  }
}
