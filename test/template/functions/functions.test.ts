// The functions of the dialects beside External Secrets' and Vault Agent's own packages, by what those answered once.
import assert from 'node:assert/strict';
import { AGENT } from '../../../src/template/functions/agent.ts';
import { REFUSED_IN_AGENT, REFUSED_IN_SPRIG } from '../../../src/template/functions/refused-functions.ts';
import { SPRIG } from '../../../src/template/functions/sprig.ts';
import { compile } from '../../../src/template/template.ts';
import { DIALECTS, type Dialect, handMade, implemented, randomTemplates, shapes, wrongArguments } from './cases.ts';
import { goTypes } from './names.ts';
import { askOurs } from './ours.ts';
import { RECORDED_COUNT, RECORDED_SEED } from './record.ts';
import { lineOf, readRecording, withoutWords } from './recorded.ts';

const LIBRARIES = { agent: AGENT, sprig: SPRIG } as const;
const REFUSED = { agent: REFUSED_IN_AGENT, sprig: REFUSED_IN_SPRIG } as const;

for (const dialect of DIALECTS) {
  describe(`the functions of templates, dialect ${dialect}`, function () {
    this.timeout(60_000);

    it('are those that Go has, each implemented or refused with its reason, and no other', () => {
      const names = [...goNames(dialect)].toSorted();
      assert.deepEqual([...LIBRARIES[dialect].names()].toSorted(), names);
      for (const name of names) {
        const found = LIBRARIES[dialect].find(name);
        assert.ok(found !== undefined, name);
        assert.equal('reason' in found, REFUSED[dialect].has(name), name);
      }
    });

    it('take what they take in Go', () => {
      for (const [name, signature] of implemented(dialect)) {
        const found = LIBRARIES[dialect].find(name);
        assert.ok(found !== undefined && 'params' in found, name);
        const { params, rest } = found;
        assert.deepEqual({ params, ...(rest && { rest }) }, signature, name);
      }
    });

    it('say why if they are refused', () => {
      for (const [name, reason] of REFUSED[dialect]) {
        const refused = { message: `template: t:1: function ${JSON.stringify(name)} not defined; ${reason}` };
        assert.throws(() => compile(`{{ ${name} }}`, { name: 't', functions: LIBRARIES[dialect] }), refused);
      }
    });

    it('are asked at least three things each', () => {
      const cases = handMade(dialect);
      const sprig = handMade('sprig');
      const few = [...implemented(dialect).keys()].filter((name) => {
        const own = cases.get(name) ?? sprig.get(name.replace(/^sprig_/, ''));
        return (own?.length ?? 0) < 3;
      });
      assert.deepEqual(few, []);
    });

    it('give what Go gives, or its error', async () => {
      await compare(dialect, 'hand-made', [...handMade(dialect).values()].flat());
    });

    it('give what Go gives for the shapes that users write', async () => {
      const templates = [...shapes(dialect).values()].flat();
      assert.ok(templates.length >= 40);
      await compare(dialect, 'shapes', templates);
    });

    it('refuse wrong arguments with the words of Go', async () => {
      await compare(dialect, 'wrong', wrongArguments(dialect));
    });

    it('agree with Go on templates by chance, in output and in whether there is an error', async () => {
      const { answers } = readRecording(`${dialect}-random`);
      assert.ok(answers.filter((line) => !line.startsWith('!')).length > RECORDED_COUNT / 2);
      await compare(dialect, 'random', randomTemplates(dialect, RECORDED_SEED, RECORDED_COUNT), withoutWords);
    });
  });
}

describe('the functions of Vault Secrets Operator', () => {
  it('are all of the dialect sprig, with the same types', () => {
    const ours = goTypes('eso');
    for (const [name, type] of goTypes('vso')) assert.equal(ours.get(name), type, name);
  });
});

function goNames(dialect: Dialect): Iterable<string> {
  // Some of sprig's own are refused everywhere, though its users leave them out.
  return new Set([...goTypes(dialect === 'agent' ? 'agent' : 'eso').keys(), ...REFUSED[dialect].keys()]);
}

async function compare(
  dialect: Dialect,
  name: string,
  templates: readonly string[],
  about: (line: string) => string = (line) => line,
): Promise<void> {
  const { answers } = readRecording(`${dialect}-${name}`);
  assert.equal(answers.length, templates.length, 'record.ts was not run after a change');
  const wrong: string[] = [];
  for (const [at, template] of templates.entries()) {
    const ours = about(lineOf(await askOurs(dialect, template)));
    if (ours !== answers[at]) wrong.push(`${template}\n  Go   ${answers[at]}\n  ours ${ours}`);
  }
  assert.equal(wrong.length, 0, `${wrong.length} of ${templates.length}\n${wrong.slice(0, 40).join('\n')}`);
}
