// The dialects by name, as a host asks for them.
import assert from 'node:assert/strict';
import { DIALECTS, loadDialect } from '../../src/template/dialects.ts';
import { compile } from '../../src/template/template.ts';

describe('a dialect of templates', () => {
  it('has the functions of its users', async () => {
    const templates = { agent: '{{ "a" | toUpper | sprig_lower }}', sprig: '{{ "A" | lower }}' } as const;
    for (const name of DIALECTS) {
      const template = compile(templates[name], { functions: await loadDialect(name) });
      assert.equal(await template.render(null), 'a');
    }
  });

  it('has none of the other', async () => {
    const functions = await loadDialect('agent');
    assert.throws(() => compile('{{ "A" | lower }}', { functions }), { message: /function "lower" not defined$/ });
  });
});
