// Renders a template of the dialect `agent` in passes: each finds what must still be read, until nothing is missing.
import { safe } from '../safe-text.ts';
import type { RenderOptions, Template } from '../template.ts';
import { TemplateError } from '../template-error.ts';
import type { Value } from '../value.ts';
import { type AgentRead, AgentRender, MAX_PASSES } from './agent-reads.ts';

/** Answers by `keyOf`. Throws if the store has none, as a template cannot continue without it. */
export type ReadAll = (reads: readonly AgentRead[]) => Promise<ReadonlyMap<string, Value>>;

/** The result of one pass: the output, if nothing is missing. */
export interface Pass {
  readonly text: string;
  readonly missing: readonly AgentRead[];
}

type PassOptions = Omit<RenderOptions, 'host'>;

/** @throws TemplateError, or what `readAll` throws */
export async function renderInPasses(template: Template, readAll: ReadAll, options: PassOptions = {}): Promise<string> {
  const answers = new Map<string, Value>();
  for (let pass = 0; ; pass += 1) {
    const { text, missing } = await renderPass(template, answers, options);
    if (missing.length === 0) return text;
    if (pass === MAX_PASSES) throw tooManyPasses();
    for (const [key, answer] of await readAll(missing)) answers.set(key, answer);
  }
}

/** For callers with several templates, which share passes. @throws TemplateError */
export async function renderPass(
  template: Template,
  answers: ReadonlyMap<string, Value>,
  options: PassOptions = {},
): Promise<Pass> {
  const render = new AgentRender(answers);
  try {
    const text = await template.render(null, { ...options, host: render });
    return { text, missing: render.missing };
  } catch (thrown) {
    // The error may come from a missing answer: the next pass decides.
    const isOfMissing = thrown instanceof TemplateError && thrown.kind === 'execute' && render.missing.length > 0;
    if (!isOfMissing || render.excess !== undefined) throw thrown;
    return { text: '', missing: render.missing };
  }
}

export function tooManyPasses(): TemplateError {
  return new TemplateError('execute', safe('it asks for more secrets in each of five passes'));
}
