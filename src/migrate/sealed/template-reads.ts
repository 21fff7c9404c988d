// Which of the sealed keys a template of a SealedSecret takes: those that it names, or all if it takes the whole of them.
import { SPRIG } from '../../template/functions/sprig.ts';
import { compile } from '../../template/template.ts';
import { TemplateError } from '../../template/template-error.ts';

/** A dot, or a dollar, that is neither a field nor of one. */
const WHOLE = /(?<![\w)\]"`'.$])(?:\.|\$)(?![\w.])/;

/** @returns what is wrong with the template, or the names: at least one, as no template is without a read. */
export function readsOf(name: string, text: string, keys: readonly string[]): readonly string[] | string {
  try {
    compile(text, { name, functions: SPRIG });
  } catch (thrown) {
    if (!(thrown instanceof TemplateError)) throw thrown;
    return thrown.message;
  }
  const actions = text.match(/\{\{[\s\S]*?\}\}/g)?.join('') ?? '';
  const named = WHOLE.test(actions) ? keys : keys.filter((key) => actions.includes(key));
  return named.length === 0 ? keys.slice(0, 1) : named;
}
