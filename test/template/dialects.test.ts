// The dialects by name, as a host asks for them.
import assert from 'node:assert/strict';
import { BUILTINS } from '../../src/template/builtins/builtins.ts';
import { DIALECTS, type DialectName, loadDialect } from '../../src/template/dialects.ts';
import { OF_AGENT_ALONE } from '../../src/template/functions/elsewhere.ts';
import { compile } from '../../src/template/template.ts';

describe('a dialect of templates', () => {
  it('has the functions of its users', async () => {
    const templates = { agent: '{{ "a" | toUpper | sprig_lower }}', sprig: '{{ "A" | lower }}' } as const;
    for (const name of DIALECTS) {
      const template = compile(templates[name], { functions: await loadDialect(name) });
      assert.equal(await template.render(null), 'a');
    }
  });

  const none: readonly (readonly [DialectName, name: string, told: string])[] = [
    ['agent', 'lower', '; it is a function of templateSyntax: sprig; write sprig_lower here'],
    ['agent', 'b64enc', '; it is a function of templateSyntax: sprig; write sprig_b64enc here'],
    ['agent', 'toYaml', '; it is a function of templateSyntax: sprig'],
    ['agent', 'now', ''],
    ['agent', 'nosuch', ''],
    ['sprig', 'toTitle', '; it is a function of templateSyntax: agent'],
    ['sprig', 'base64Encode', '; it is a function of templateSyntax: agent'],
    ['sprig', 'sprig_lower', '; it is a function of templateSyntax: agent; write lower here'],
    ['sprig', 'sprig_now', ''],
    ['sprig', 'sprig_', ''],
    ['sprig', 'constructor', ''],
  ];
  for (const [dialect, name, told] of none)
    it(`says where ${name} is, which ${dialect} has not`, async () => {
      const functions = await loadDialect(dialect);
      const message = `template: t:1: function "${name}" not defined${told}`;
      assert.throws(() => compile(`{{ "A" | ${name} }}`, { name: 't', functions }), { message });
    });

  it('still has the builtins that the other has made its own', async () => {
    const template = compile('{{ slice "abc" 1 }}', { functions: await loadDialect('agent') });
    assert.equal(await template.render(null), 'bc');
  });

  it('knows the other by a list that is whole', async () => {
    const [agent, sprig] = await Promise.all([loadDialect('agent'), loadDialect('sprig')]);
    const alone = [...agent.names()].filter((name) => {
      const found = agent.find(name);
      const isHere = sprig.find(name) !== undefined || BUILTINS.find(name) !== undefined;
      return found !== undefined && !('reason' in found) && !isHere && !name.startsWith('sprig_');
    });
    assert.deepEqual([...OF_AGENT_ALONE].toSorted(), alone.toSorted());
  });
});
