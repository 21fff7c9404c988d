// A template of the dialect `agent` is rendered in passes: each finds out what is still to be read, until nothing is.
import { safe } from '../safe-text.ts';
import type { RenderOptions, Template } from '../template.ts';
import { TemplateError } from '../template-error.ts';
import type { Value } from '../value.ts';
import { type AgentRead, AgentRender, MAX_PASSES } from './agent-reads.ts';

/** Answers by `keyOf`. It throws if the store has none: a template cannot go on without. */
export type ReadAll = (reads: readonly AgentRead[]) => Promise<ReadonlyMap<string, Value>>;

/** @throws TemplateError, or what `readAll` throws */
export async function renderInPasses(
  template: Template,
  readAll: ReadAll,
  options: Omit<RenderOptions, 'host'> = {},
): Promise<string> {
  const answers = new Map<string, Value>();
  for (let pass = 0; ; pass += 1) {
    const render = new AgentRender(answers);
    const text = await renderOnce(template, render, options);
    if (render.missing.length === 0) return text;
    if (pass === MAX_PASSES)
      throw new TemplateError('execute', safe('it asks for more secrets in each of five passes'));
    for (const [key, answer] of await readAll(render.missing)) answers.set(key, answer);
  }
}

/** An error may come of what is missing: then the next pass tells. */
async function renderOnce(template: Template, render: AgentRender, options: RenderOptions): Promise<string> {
  try {
    return await template.render(null, { ...options, host: render });
  } catch (thrown) {
    const isOfMissing = thrown instanceof TemplateError && thrown.kind === 'execute' && render.missing.length > 0;
    if (!isOfMissing || render.isFull) throw thrown;
    return '';
  }
}
