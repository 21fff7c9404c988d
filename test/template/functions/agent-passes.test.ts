// Reads that are found while a template of the dialect `agent` is rendered.
import assert from 'node:assert/strict';
import { AGENT } from '../../../src/template/functions/agent.ts';
import { secretOf } from '../../../src/template/functions/agent-answers.ts';
import { renderInPasses } from '../../../src/template/functions/agent-passes.ts';
import { type AgentRead, keyOf } from '../../../src/template/functions/agent-reads.ts';
import { compile } from '../../../src/template/template.ts';

const ABOUT = { requestId: '', leaseId: '', leaseDuration: 0, isRenewable: false, warnings: null };

/** Each secret's `next` is its path with one more letter. Gives the output, and what each pass asked for. */
async function render(text: string, missingKey: 'zero' | 'error' = 'zero'): Promise<[string, AgentRead[][]]> {
  const passes: AgentRead[][] = [];
  const template = compile(text, { functions: AGENT, missingKey });
  const output = await renderInPasses(template, async (reads) => {
    passes.push([...reads]);
    return new Map(
      reads.map((read) => [keyOf(read), secretOf({ ...ABOUT, data: new Map([['next', `${read.path}x`]]) })]),
    );
  });
  return [output, passes];
}

const pathsOf = (passes: AgentRead[][]) => passes.map((reads) => reads.map(({ path }) => path));

describe('the passes of a template', () => {
  it('ask for all that is known at once, each secret once', async () => {
    const [output, passes] = await render('{{ range sprig_list "a" "b" "a" }}{{ (secret .).Data.next }} {{ end }}');
    assert.equal(output, 'ax bx ax ');
    assert.deepEqual(pathsOf(passes), [['a', 'b']]);
  });

  it('follow a path that is in an answer', async () => {
    const [output, passes] = await render(
      '{{ with secret "a" }}{{ with secret .Data.next }}{{ .Data.next }}{{ end }}{{ end }}',
    );
    assert.equal(output, 'axx');
    assert.deepEqual(pathsOf(passes), [['a'], ['ax']]);
  });

  it('pass over an error that comes of what is missing, however strict the template is', async () => {
    const [output] = await render('{{ (secret "a").Data.next | toUpper }}', 'error');
    assert.equal(output, 'AX');
  });

  it('tell arguments and queries apart, and take them together in any order', async () => {
    const [, passes] = await render(
      '{{ $a := secret "p" "a=1" "b=2" }}{{ $b := secret "p" " b = 2" "a=1" }}{{ $c := secret "p" "" }}{{ $d := secret "/p/?version=2" }}{{ $e := secret "p" }}',
    );
    const [reads = []] = passes;
    assert.deepEqual(
      reads.map(({ kind, path, query, parameters }) => [kind, path, query, ...parameters]),
      [
        ['write', 'p', '', ['a', '1'], ['b', '2']],
        ['write', 'p', ''],
        ['read', 'p/', 'version=2'],
        ['read', 'p', ''],
      ],
    );
  });

  it('are five at most', async () => {
    const chain = (depth: number): string =>
      depth === 0 ? '{{ .Data.next }}' : `{{ with secret .Data.next }}${chain(depth - 1)}{{ end }}`;
    const [output] = await render(`{{ with secret "a" }}${chain(4)}{{ end }}`);
    assert.equal(output, 'axxxxx');
    const message = 'it asks for more secrets in each of five passes';
    await assert.rejects(render(`{{ with secret "a" }}${chain(5)}{{ end }}`), { message });
  });

  it('ask for 64 secrets at most', async () => {
    const [, passes] = await render('{{ range loop 64 }}{{ $s := secret (printf "p%d" .) }}{{ end }}');
    assert.equal(passes[0]?.length, 64);
    const many = render('{{ range loop 65 }}{{ $s := secret (printf "p%d" .) }}{{ end }}');
    await assert.rejects(many, /error calling secret: more than 64 secrets at once$/);
  });
});
