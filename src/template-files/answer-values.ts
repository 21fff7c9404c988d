// The store's answers as templates of the syntax `agent` see them.
import { MountError } from '../errors.ts';
import type { Answer, WrappedAnswer } from '../fetch/ports.ts';
import type { JsonText } from '../json-text/json-text.ts';
import type { Read } from '../plan/plan.ts';
import { certificateOf, lineOf, secretOf } from '../template/functions/agent-answers.ts';
import { type AgentRead, namesOf } from '../template/functions/agent-reads.ts';
import { sortedTexts } from '../template/text.ts';
import type { Value } from '../template/value.ts';
import { namesIn } from '../tree/names-in.ts';
import { toMap } from './json-values.ts';
import type { ValueSteps } from './value-steps.ts';

/** @param answer undefined: the list does not exist. @throws MountError, TooManySteps */
export function answerValue(
  kind: AgentRead['kind'],
  { path }: Read,
  answer: Answer | undefined,
  steps: ValueSteps,
): Value {
  if (kind === 'list') return namesOf(answer === undefined ? [] : namesFrom(answer, path, steps));
  if (answer === undefined) throw new Error('a template is rendered without an answer that it asked for');
  const wrapped = answer.body.reveal().open([]).wrapped(path);
  return kind === 'certificate' ? certificateFrom(wrapped, path) : secretFrom(wrapped, path, steps);
}

function namesFrom({ body }: Answer, path: string, steps: ValueSteps): readonly string[] {
  const names: string[] = [];
  for (const name of namesIn(body.reveal(), path)) {
    steps.takeFor(name.length);
    names.push(name.toWellFormed());
  }
  return sortedTexts(names);
}

function secretFrom({ data, leaseSeconds, ...about }: WrappedAnswer, path: string, steps: ValueSteps): Value {
  return secretOf({ ...about, leaseDuration: leaseSeconds, data: toMap(data, path, steps) });
}

/** The PEM blocks of an answer with a certificate, its key and its issuers, each with a final line break. */
function certificateFrom({ data }: WrappedAnswer, path: string): Value {
  const text = (name: string) => data?.get(name)?.text;
  const certificate = text('certificate');
  if (certificate === undefined)
    throw new MountError('key-missing', `${path} answered without a certificate; pkiCert is for paths that issue one`);
  return certificateOf({
    certificate: lineOf(certificate),
    key: lineOf(text('private_key') ?? ''),
    issuer: lineOf(text('issuing_ca') ?? ''),
    chain: textsOf(data?.get('ca_chain')).map(lineOf),
  });
}

function textsOf(list: JsonText | undefined): readonly string[] {
  return [...(list?.items() ?? [])].flatMap(({ text }) => text ?? []);
}
