// No error of a template holds a value: each of those in which Go prints one, all cases by hand, and templates by chance.
import assert from 'node:assert/strict';
import { randomCases } from './language/generate.ts';
import { DATA, HAND_MADE } from './language/hand-made.ts';
import { askOurs } from './language/ours.ts';

const SECRET = 'S3CR3T';
const NUMBER = '7777777';

/** What in Go would say the value. */
const TELLING = [
  '{{range .text}}{{end}}',
  '{{range .number}}{{range $.text}}{{end}}{{end}}',
  '{{range $i, $n := .number}}{{end}}',
  '{{range .float}}{{end}}',
  '{{index .list .number}}',
  '{{index .text .number}}',
  '{{slice .text .number}}',
  '{{slice .text 3 2}}',
  '{{eq .list .list}}',
  '{{eq .map .map}}',
  '{{eq .list .map}}',
  '{{eq .text .number}}',
  '{{lt .text .number}}',
  '{{template "x" .text}}{{define "x"}}{{.y.z}}{{end}}',
  '{{.text.field}}',
  '{{.map.secret.field}}',
  '{{call .text}}',
  '{{.text | call}}',
  '{{call (adder 1) .text}}',
  '{{len .number}}',
  '{{upper .number}}',
  '{{half .text}}',
  '{{.text | is}}',
  '{{printf .number}}',
  '{{(index .list 0).x}}',
  '{{with .text}}{{.x}}{{end}}',
  '{{range .list}}{{.x.y}}{{end}}',
  '{{index .map .text "x"}}',
  '{{dict .number .text}}',
  '{{refuse .text}}',
  '{{of .text}}',
  '{{printf "%9999999d" .number}}',
];
const TELLING_DATA = JSON.stringify({
  text: `${SECRET} text`,
  list: [SECRET, 1],
  map: { secret: SECRET },
  float: 7777777.5,
  number: 0,
}).replace('"number":0', `"number":${NUMBER}`);

/** The same data with each value a secret one. */
function secretData(data: string): string {
  return data
    .replace(/(: |\[|, )"((?:[^"\\]|\\.)*)"/g, `$1"${SECRET}$2"`)
    .replace(/(: |\[|, )(-?\d+)(?=[,\]} ])/g, `$1${NUMBER}`);
}

describe('an error of a template', () => {
  it('never says a value where Go says one', async () => {
    for (const template of TELLING) {
      const { error } = await askOurs({ template, data: TELLING_DATA });
      assert.ok(error !== undefined, template);
      assert.doesNotMatch(error, new RegExp(`${SECRET}|${NUMBER}`), template);
    }
  });

  it('says none in any case of the tests', async () => {
    const plain = DATA.replace(/"\$(?:int64|uint8|uint64|int32)": "-?\d+"/g, '"$number": "1"').replaceAll(
      '"$bytes": "',
      '"$text": "',
    );
    const data = secretData(plain.replace(/"\$text": "[^"]*"/g, '"$number": "1"'));
    assert.ok(data.includes(SECRET));
    const cases = [...HAND_MADE, ...randomCases(3, 600)].map((one) => ({
      ...one,
      data: `{"data":${data},${data.slice(1)}`,
    }));
    let errors = 0;
    for (const one of cases) {
      const { error } = await askOurs(one);
      if (error === undefined) continue;
      errors += 1;
      assert.doesNotMatch(error, new RegExp(`${SECRET}|${NUMBER}`), one.template);
    }
    assert.ok(errors > 400, `${errors} errors`);
  });
});
