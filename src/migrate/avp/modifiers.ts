// The modifiers of a placeholder, one after the other, as the fields of an object: what is selected, then decoded, then
// encoded.
import { quote } from '../../quote.ts';
import type { NotMapped } from '../movable.ts';

export interface Steps {
  readonly jsonPath: string | undefined;
  readonly encoding: 'base64' | undefined;
  readonly encode: 'base64' | undefined;
}

/** Those that no field stands for. */
const NONE: ReadonlySet<string> = new Set(['jsonParse', 'yamlParse', 'indent', 'sha256sum']);
/** kubectl's JSONPath in braces, as far as it leads to one value. */
const ONE_VALUE = /^\{ *\$?((?:\.[A-Za-z_][\w-]*|\[\d{1,9}\]|\['[^'\\]{1,200}'\]){1,50}) *\}$/;
const SEGMENT = /\.([A-Za-z_][\w-]*)|\[(\d+)\]|\['([^'\\]+)'\]/g;

export function toSteps(modifiers: readonly string[]): Steps | NotMapped {
  const rest = withoutReturns(modifiers);
  let jsonPath: string | undefined;
  if (nameOf(rest[0]) === 'jsonPath') {
    jsonPath = toJsonPath(rest.shift() ?? '');
    if (jsonPath === undefined)
      return notMapped('this jsonPath selects more than one value or is no plain path; keep the result in the store');
  }
  const encoding = rest[0] === 'base64decode' ? 'base64' : undefined;
  if (encoding !== undefined) rest.shift();
  const encode = rest[0] === 'base64encode' ? 'base64' : undefined;
  if (encode !== undefined) rest.shift();
  const [left] = rest;
  if (left === undefined) return { jsonPath, encoding, encode };
  const name = nameOf(left);
  if (NONE.has(name))
    return notMapped(`no field of an object stands for the modifier ${name}; keep the result in the store`);
  if (!['base64decode', 'base64encode', 'jsonPath'].includes(name))
    return notMapped(`argocd-vault-plugin has no modifier ${quote(name)}`);
  return notMapped(`an object selects, decodes and encodes in this order, once; keep what ${name} makes in the store`);
}

/** What is encoded and decoded at once is as it was. */
function withoutReturns(modifiers: readonly string[]): string[] {
  const steps: string[] = [];
  for (const modifier of modifiers) {
    if (modifier === 'base64decode' && steps.at(-1) === 'base64encode') steps.pop();
    else steps.push(modifier);
  }
  return steps;
}

/** In the form of RFC 9535. */
function toJsonPath(modifier: string): string | undefined {
  const segments = ONE_VALUE.exec(modifier.split(/\s+/).slice(1).join(' '))?.[1];
  if (segments === undefined) return undefined;
  const written = [...segments.matchAll(SEGMENT)].map(([, plain, index, quoted]) => {
    if (index !== undefined) return `[${index}]`;
    const name = plain ?? quoted ?? '';
    return /^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
  });
  return `$${written.join('')}`;
}

function nameOf(modifier = ''): string {
  return /^\S*/.exec(modifier)?.[0] ?? '';
}

function notMapped(why: string): NotMapped {
  return { kind: 'modifier', why };
}
