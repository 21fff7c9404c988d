// No error of a function holds a value, whatever it is given and whatever Go says.
import assert from 'node:assert/strict';
import { AGENT } from '../../../src/template/functions/agent.ts';
import { AgentRender } from '../../../src/template/functions/agent-reads.ts';
import { SPRIG } from '../../../src/template/functions/sprig.ts';
import { JsonNumber, type Value } from '../../../src/template/value.ts';
import { DIALECTS, implemented, randomTemplates } from './cases.ts';
import { answerOf } from './ours.ts';

const SECRET = 'S3CR3T';
const NUMBER = '7777777';
const LIBRARIES = { agent: AGENT, sprig: SPRIG } as const;

/** Texts that functions take for something and stumble over, each with the secret in it. */
const TEXTS = [
  ...[`${SECRET}`, `[${SECRET}`, `(${SECRET}`, `{"a":${SECRET}}`, `{"${SECRET}":`, `%${SECRET}`, `http://${SECRET}:x/`],
  ...[`http://[${SECRET}`, `${SECRET}: ${SECRET}: x`, `? [${SECRET}]\n: b`, `\t${SECRET}`, `*${SECRET}`, `1.${SECRET}`],
  ...[
    `>=${SECRET}`,
    `1.2.3-0${NUMBER}`,
    `${NUMBER}`,
    `0x${NUMBER}${SECRET}`,
    `:${SECRET}`,
    `a:${SECRET}@b`,
    `\\${SECRET}`,
  ],
  ...[
    `[z-a]${SECRET}`,
    `(?P<${SECRET}`,
    `-----BEGIN ${SECRET}-----\n${SECRET}\n-----END ${SECRET}-----\n`,
    `${SECRET}=`,
  ],
];

function dataOf(text: string): Map<string, Value> {
  const list: Value[] = [text, BigInt(NUMBER), null];
  return new Map<string, Value>([
    ['text', text],
    ['number', BigInt(NUMBER)],
    ['json', new JsonNumber(NUMBER)],
    ['float', 7777777.5],
    ['list', list],
    [
      'map',
      new Map<string, Value>([
        [text, text],
        ['n', list],
      ]),
    ],
  ]);
}

const FIELDS = ['.text', '.number', '.json', '.float', '.list', '.map', '"x"', '1', 'nil'];

describe('an error of a function', function () {
  this.timeout(60_000);

  for (const dialect of DIALECTS) {
    it(`never says a value, dialect ${dialect}`, async () => {
      let errors = 0;
      for (const [name, { params, rest }] of implemented(dialect)) {
        const count = params.length + (rest === undefined ? 0 : 1);
        for (const text of TEXTS) {
          for (const [at, field] of FIELDS.entries()) {
            const fitting = params.map((type) => (type === 'int' ? '.number' : type === 'string' ? '.text' : field));
            const mixed = Array.from({ length: count }, (_, index) => FIELDS[(at + index) % FIELDS.length]);
            for (const parts of [fitting, mixed]) {
              const { error } = await ask(dialect, `{{ ${[name, ...parts].join(' ')} }}`, dataOf(text));
              if (error === undefined) continue;
              errors += 1;
              assert.doesNotMatch(error, new RegExp(`${SECRET}|${NUMBER}`), `${name} ${parts.join(' ')} of ${text}`);
            }
          }
        }
      }
      assert.ok(errors > 5_000, `${errors} errors`);
    });
  }

  it('says none of a template by chance', async () => {
    for (const template of randomTemplates('sprig', 5, 1_000)) {
      // Each field is the secret.
      const text = template.replace(/ \.\w+/g, ' .text').replace(/\(\.\w+/g, '(.text');
      const { error = '' } = await ask('sprig', text, dataOf(`${SECRET},${NUMBER}`));
      assert.doesNotMatch(error, new RegExp(`${SECRET}|${NUMBER}`), template);
    }
  });
});

function ask(dialect: 'agent' | 'sprig', text: string, data: Map<string, Value>) {
  const options = { name: 't', missingKey: 'error', functions: LIBRARIES[dialect] } as const;
  return answerOf(text, data, options, new AgentRender());
}
