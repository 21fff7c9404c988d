// A template of a dialect, rendered by the port.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AGENT } from '../../../src/template/functions/agent.ts';
import { certificateOf, secretOf } from '../../../src/template/functions/agent-answers.ts';
import { AgentRender, keyOf, namesOf } from '../../../src/template/functions/agent-reads.ts';
import { readJson } from '../../../src/template/functions/json-read.ts';
import { SPRIG } from '../../../src/template/functions/sprig.ts';
import { type CompileOptions, compile } from '../../../src/template/template.ts';
import { TemplateError } from '../../../src/template/template-error.ts';
import { toBytes } from '../../../src/template/text.ts';
import { JsonNumber, type Value } from '../../../src/template/value.ts';
import type { Dialect } from './cases.ts';
import type { Answer } from './recorded.ts';

export const SPRIG_DATA = readFileSync(join(import.meta.dirname, 'sprig.data'), 'utf8');
export const AGENT_ANSWERS = readFileSync(join(import.meta.dirname, 'agent.answers'), 'utf8');

/** Nothing is counted. */
const FREELY = { charge: () => {}, claim: () => {}, host: undefined };

/** Numbers stay as they are written. */
export function fromJson(json: string): Value {
  return readJson(FREELY, json, true);
}

export async function askOurs(dialect: Dialect, text: string, answers = agentAnswers(AGENT_ANSWERS)): Promise<Answer> {
  const data = dialect === 'sprig' ? fromJson(SPRIG_DATA) : null;
  return dialect === 'sprig'
    ? answerOf(text, data, { name: 't', missingKey: 'error', functions: SPRIG })
    : answerOf(text, data, { name: '', missingKey: 'zero', functions: AGENT }, new AgentRender(answers));
}

export async function answerOf(
  text: string,
  data: Value,
  options: CompileOptions,
  render?: AgentRender,
): Promise<Answer> {
  try {
    const output = await compile(text, options).render(data, { host: render });
    const missing = render === undefined || render.missing.length === 0 ? {} : { missing: render.missing.length };
    return output.isWellFormed() ? { output, ...missing } : { base64: toBytes(output).toString('base64'), ...missing };
  } catch (error) {
    if (error instanceof TemplateError) return { error: error.message };
    throw error;
  }
}

/** Answers by the names that consul-template gives its reads. */
export function agentAnswers(json: string): Map<string, Value> {
  const answers = new Map<string, Value>();
  for (const [name, answer] of fromJson(json) as Map<string, Map<string, Value>>) {
    const [, verb = '', path = ''] = /^vault\.(\w+)\((.*?)(?:->.*)?\)$/.exec(name) ?? [];
    const [, own = path, version = ''] = /^(.*)\.v(\d+)$/.exec(path) ?? [];
    const query = version === '' ? '' : `version=${version}`;
    const kind = verb === 'read' ? 'read' : verb === 'list' ? 'list' : 'certificate';
    const parameters = new Map(kind === 'certificate' ? [['common_name', 'a']] : []);
    answers.set(keyOf({ kind, path: own, query, parameters }), structOf(answer));
  }
  return answers;
}

function structOf(answer: Map<string, Value>): Value {
  const secret = answer.get('secret') as Map<string, Value> | undefined;
  if (secret !== undefined) {
    const duration = secret.get('LeaseDuration');
    return secretOf({
      requestId: String(secret.get('RequestID') ?? ''),
      leaseId: String(secret.get('LeaseID') ?? ''),
      leaseDuration: duration instanceof JsonNumber ? Number(duration.text) : 0,
      isRenewable: secret.get('Renewable') === true,
      data: secret.get('Data') as Map<string, Value>,
      warnings: (secret.get('Warnings') as string[] | null | undefined) ?? null,
    });
  }
  const list = answer.get('list') as string[] | undefined;
  if (list !== undefined) return namesOf(list);
  const cert = answer.get('cert') as Map<string, string & string[]>;
  const part = (name: string) => cert.get(name) as string & string[];
  return certificateOf({ certificate: part('Cert'), key: part('Key'), issuer: part('CA'), chain: part('CAChain') });
}
