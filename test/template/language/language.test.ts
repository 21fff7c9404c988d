// The port beside Go's own text/template: by what Go answered once, and by Go itself if it is installed.
import assert from 'node:assert/strict';
import { skip } from '../../harness/skip.ts';
import { askGo, buildLanguageOracle, goVersion, hasGo } from '../oracle/language.ts';
import { RANDOM_DATA, randomCases } from './generate.ts';
import { templatesOfGo } from './goroot.ts';
import { HAND_MADE } from './hand-made.ts';
import { askOurs } from './ours.ts';
import { RECORDED_COUNT, RECORDED_SEED } from './record.ts';
import { lineOf, readRecording, withoutWords } from './recorded.ts';

describe('the language of templates', function () {
  this.timeout(60_000);

  it('gives the output of Go, or its error, for each template by hand', async () => {
    const { answers } = readRecording('hand-made');
    assert.equal(answers.length, HAND_MADE.length, 'record.ts was not run after a change');
    for (const [at, one] of HAND_MADE.entries()) {
      assert.equal(lineOf(await askOurs(one)), answers[at], JSON.stringify(one.template));
    }
  });

  it('agrees with Go on templates by chance, in output and in whether there is an error', async () => {
    const { answers, seed } = readRecording('random');
    assert.equal(seed, RECORDED_SEED);
    assert.equal(answers.length, RECORDED_COUNT);
    // Most of them render: there is an output to compare.
    assert.ok(answers.filter((line) => !line.startsWith('!')).length > RECORDED_COUNT / 2);
    for (const [at, one] of randomCases(RECORDED_SEED, RECORDED_COUNT).entries()) {
      assert.equal(withoutWords(lineOf(await askOurs(one))), answers[at], JSON.stringify(one));
    }
  });

  it('gives what Go gives for the templates of its own tests', async function () {
    if (!hasGo()) return skip(this, 'no go on PATH');
    const program = await buildLanguageOracle(() => {});
    const all = await templatesOfGo();
    // Complex numbers are refused, which is told in template.ts.
    const cases = all.filter((text) => !/[\dx]i\b/.test(text)).map((template) => ({ template, data: RANDOM_DATA }));
    assert.ok(cases.length > 500, `found ${cases.length} in Go's source`);
    const answers = await askGo(program, cases);
    for (const [at, one] of cases.entries()) {
      assert.equal(lineOf(await askOurs(one)), lineOf(answers[at] ?? {}), JSON.stringify(one.template));
    }
    return undefined;
  });

  it('is still what the installed Go does, if it is the one that was recorded', async function () {
    if (!hasGo()) return skip(this, 'no go on PATH');
    const { go, answers } = readRecording('hand-made');
    if ((await goVersion()) !== go) return skip(this, `recorded with ${go}`);
    const program = await buildLanguageOracle(() => {});
    return assert.deepEqual((await askGo(program, HAND_MADE)).map(lineOf), answers);
  });
});
