// What a template of the syntax `sprig` is rendered over: a map of the object's reads by their names.
import type { TemplateSource } from '../plan/plan.ts';
import { encodeValue } from '../render/encode.ts';
import { withinAnswer } from '../render/maker.ts';
import type { OpenAnswers } from '../render/open-answers.ts';
import { LARGEST_ANSWER_BYTES } from '../render/size.ts';
import { fromBytes } from '../template/text.ts';
import type { Value } from '../template/value.ts';
import { toMap } from './json-values.ts';
import type { ValueSteps } from './value-steps.ts';

/** Made anew for each render. @throws MountError, TooManySteps */
export function namedValues({ named }: TemplateSource, answers: OpenAnswers, steps: ValueSteps): Map<string, Value> {
  const values = new Map<string, Value>();
  for (const { name, read, key, encoding } of named) {
    const answer = answers.open(read);
    if (key === undefined) {
      values.set(name, toMap(answer.secretData(read.path), read.path, steps));
      continue;
    }
    const value = answer.value(key, read.path, answers.hints);
    const bytes = withinAnswer(() => encodeValue({ read, key, encoding }, value, LARGEST_ANSWER_BYTES));
    steps.takeFor(bytes.byteLength);
    values.set(name, fromBytes(bytes));
  }
  return values;
}
