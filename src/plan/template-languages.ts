// The template compiler and the functions of each dialect. Each dialect is loaded with the first class that uses it.
import { Lazy } from '../lazy.ts';
import { type DialectName, loadDialect } from '../template/dialects.ts';
import type { FunctionLibrary } from '../template/function.ts';
import type { CompileOptions, Problems, Template } from '../template/template.ts';

export interface Language {
  /** @throws TemplateError */
  compile(text: string, options: CompileOptions): Template;
  /** All problems for which `compile` throws. */
  findProblems(text: string, options: CompileOptions): Problems;
  readonly functions: FunctionLibrary;
}

export const LANGUAGES: Readonly<Record<DialectName, Lazy<Language>>> = {
  agent: languageOf('agent'),
  sprig: languageOf('sprig'),
};

function languageOf(name: DialectName): Lazy<Language> {
  return new Lazy(async () => {
    const [{ compile, findProblems }, functions] = await Promise.all([
      import('../template/template.ts'),
      loadDialect(name),
    ]);
    return { compile, findProblems, functions };
  });
}
