// What a Vault Agent 1.21.2 wrote for templates as users have them. Those that differ at each read (leases, certificates) or
// that show what the store refuses are not of these tests.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AGENT } from '../../../src/template/functions/agent.ts';
import { secretOf } from '../../../src/template/functions/agent-answers.ts';
import { renderInPasses } from '../../../src/template/functions/agent-passes.ts';
import { type AgentRead, keyOf, namesOf } from '../../../src/template/functions/agent-reads.ts';
import { compile } from '../../../src/template/template.ts';
import type { Value } from '../../../src/template/value.ts';
import { fromJson } from './ours.ts';
import { redacted } from './redacted.ts';

interface Shown {
  readonly name: string;
  readonly template: string;
  readonly output?: string;
  readonly error?: string;
  readonly volatile?: boolean;
  readonly errorOnMissingKey?: boolean;
  readonly delimiters?: readonly [string, string];
}

const SHOWN = JSON.parse(readFileSync(join(import.meta.dirname, 'vault-agent.json'), 'utf8')) as readonly Shown[];
const REFUSED = ['file-function', 'plugin-refused-or-not'];

/** The store writes numbers in its own way. */
const APP = String.raw`{"username":"ann","password":"s3cr3t","port":5432,"enabled":true,"empty":"","uni":"pässwörd ✓ 日本",
"html":"<a href=\"x\">&'</a>","nl":"a\nb\n","float":1.5,"big":1.2345678901234568e+22,"exp":1e+21,"list":[1,"two",{"b":1,"a":2}],
"obj":{"z":1,"a":{"k":"v"}},"nul":null,"b64":"aGVsbG8gd29ybGQ=","b64bin":"AP/+CmE=","dash-key":"dash","tls.crt":"CERT",
"json":"{\"a\":1,\"b\":[1,\"x\"]}","yaml":"x: 1\ny: [a]\n","next":"small"}`;
const DATA: Readonly<Record<string, string>> = {
  'secret/data/app': `{"data":${APP},"metadata":{"version":1}}`,
  'secret/data/small': '{"data":{"b":"two","a":"one","n":7},"metadata":{"version":1}}',
  'secret/data/versioned': '{"data":{"p":"second"},"metadata":{"version":2}}',
  'secret/data/emptymap': '{"data":{},"metadata":{"version":1}}',
  'secret/data/dir/one': '{"data":{"v":"1st"}}',
  'secret/data/dir/two': '{"data":{"v":"2nd"}}',
  'kv1/app': '{"password":"kv1pw","n":9007199254740992,"user":"bob"}',
};

class NoSuchSecret extends Error {}

async function readAll(reads: readonly AgentRead[]): Promise<Map<string, Value>> {
  return new Map(reads.map((read) => [keyOf(read), answerTo(read)]));
}

function answerTo(read: AgentRead): Value {
  if (read.kind === 'list' && read.path === 'secret/metadata/dir') return namesOf(['one', 'two']);
  const data = DATA[read.path];
  if (read.kind !== 'read' || data === undefined) throw new NoSuchSecret(read.path);
  const about = { requestId: '', leaseId: '', leaseDuration: 0, isRenewable: false, warnings: null };
  return secretOf({ ...about, data: fromJson(data) as Map<string, Value> });
}

async function render({ template, delimiters, errorOnMissingKey }: Shown): Promise<string> {
  const [leftDelimiter = '', rightDelimiter = ''] = delimiters ?? [];
  const missingKey = errorOnMissingKey === true ? 'error' : 'zero';
  const compiled = compile(template, { name: '', functions: AGENT, missingKey, leftDelimiter, rightDelimiter });
  return renderInPasses(compiled, readAll);
}

describe('the templates that a Vault Agent was shown', () => {
  const outputs = SHOWN.filter(({ name, volatile, output }) => {
    return volatile !== true && output !== undefined && !REFUSED.includes(name);
  });
  for (const one of outputs) {
    it(`give what it wrote: ${one.name}`, async () => {
      assert.equal(await render(one), one.output);
    });
  }

  const refusedByStore = ['missing-path', 'forbidden-path', 'no-such-mount', 'pki-bad-name-error'];
  for (const one of SHOWN.filter(({ name, error }) => error !== undefined && !refusedByStore.includes(name))) {
    it(`fail with its words: ${one.name}`, async () => {
      const words = /error="DIR\/in\.ctmpl: (?:parse|execute): (.*?[^\\])"/s.exec(one.error ?? '')?.[1] ?? '';
      const theirs = JSON.parse(`"${words}"`) as string;
      await assert.rejects(render(one), (thrown: Error) => {
        assert.equal(thrown.message, redacted(theirs));
        return true;
      });
    });
  }

  it('end with what the store says if it has no answer', async () => {
    const missing = SHOWN.find(({ name }) => name === 'missing-path') as Shown;
    await assert.rejects(render(missing), NoSuchSecret);
  });

  it('are nearly all of those that were shown', () => {
    assert.equal(SHOWN.length, 66);
    assert.ok(outputs.length >= 50, `${outputs.length}`);
  });
});
