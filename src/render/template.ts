// One file: the output of a template. It is rendered earlier, as rendering may need several rounds (template-files/).
import { MountError } from '../errors.ts';
import type { PlanObject, TemplateSource } from '../plan/plan.ts';
import type { MadeFile } from './maker.ts';

export function renderedTemplate({ name }: PlanObject, { rendered }: TemplateSource): readonly MadeFile[] {
  if (rendered instanceof MountError) throw rendered;
  if (rendered === undefined) throw new Error('a template was not rendered');
  return [{ path: name, contents: rendered.reveal() }];
}
