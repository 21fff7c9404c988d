// A template of External Secrets as an object: the values that it takes become its reads.
import { quote } from '../../quote.ts';
import { BUILTINS } from '../../template/builtins/builtins.ts';
import type { FunctionLibrary } from '../../template/function.ts';
import { SPRIG } from '../../template/functions/sprig.ts';
import { compile, type Template } from '../../template/template.ts';
import { TemplateError } from '../../template/template-error.ts';
import { goString } from '../go-template.ts';
import type { NotMapped } from '../movable.ts';
import {
  fixedText,
  isTemplate,
  MOST_READS,
  type NamedRead,
  type ObjectValue,
  type TemplateValue,
} from '../store-value.ts';
import { rootFields } from './root-fields.ts';

/** What templates are rendered over. */
export interface TemplateData {
  readonly names: readonly string[];
  /** Undefined if there is no such key. */
  readonly find: (key: string) => ObjectValue | undefined;
  /** Keys that only the store can name. */
  readonly hasMore: boolean;
}

const NAME = 'template';

export function templateValue(text: string, data: TemplateData): TemplateValue | NotMapped {
  if (text.trim() === '') return fixedText(text);
  const template = compiled(text, SPRIG);
  if ('kind' in template) return template;
  const { names, takesAll } = rootFields(template.trees, NAME);
  if (takesAll && data.hasMore)
    return {
      kind: 'all-keys',
      why: 'the template takes all keys, and the input does not name them; list them in data, or take --resolve',
    };
  const reads: NamedRead[] = [];
  let first = '';
  const wanted = new Set([...names, ...(takesAll ? data.names : [])]);
  if (wanted.size === 0) {
    // A template with built-in functions only needs no reads, while the syntax `sprig` requires some: it becomes `agent`.
    if (!('kind' in compiled(text, BUILTINS))) return { syntax: 'agent', template: text, rights: [] };
    for (const name of data.names.slice(0, 1)) wanted.add(name);
  }
  for (const name of wanted) {
    const value = data.find(name);
    if (value === undefined && data.hasMore)
      return {
        kind: 'all-keys',
        why: `the template takes ${quote(name)}, and the input does not say which key is renamed to it; take --resolve`,
      };
    if (value === undefined) return refused(`the template takes ${quote(name)}, which is no key; name it in data`);
    if (isTemplate(value) || value.gjson !== undefined)
      return refused(
        `the template takes ${quote(name)}, whose property is a path; take the whole key, and the rest by fromJson`,
      );
    const { path, key, method, args, encoding } = value;
    reads.push({
      name,
      path,
      key,
      encoding,
      ...(method === undefined ? {} : { method }),
      ...(args === undefined ? {} : { args }),
    });
    // Without a property the value is the secret's JSON as a text.
    if (key === undefined) first += `{{ $_ := set $ ${goString(name)} (toJson (index $ ${goString(name)})) }}`;
  }
  if (reads.length > MOST_READS) return refused(`the template takes more than ${MOST_READS} keys`);
  if (reads.length === 0) return refused('the template takes no key, and there is none; write its text');
  return { syntax: 'sprig', template: first + text, reads };
}

function compiled(text: string, functions: FunctionLibrary): Template | NotMapped {
  try {
    return compile(text, { name: NAME, functions, missingKey: 'error' });
  } catch (thrown) {
    if (thrown instanceof TemplateError) return refused(thrown.message);
    throw thrown;
  }
}

function refused(why: string): NotMapped {
  return { kind: 'field', why };
}
