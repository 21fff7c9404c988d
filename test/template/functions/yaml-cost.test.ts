// What YAML that a template reads costs: aliases, merges and faults, however many there are.
import assert from 'node:assert/strict';
import { SPRIG } from '../../../src/template/functions/sprig.ts';
import { compile } from '../../../src/template/template.ts';
import { assertCheapAsync, cpuMs } from '../../harness/cpu-time.ts';

const render = (yaml: string) =>
  compile('{{ . | fromYaml | toJson }}', { functions: SPRIG }).render(yaml, { clocks: { now: cpuMs, cpu: cpuMs } });

describe('YAML that a template reads', () => {
  it('has aliases that stand for the last anchor of their name before them', async () => {
    assert.equal(
      await render('a: &o {i: &x 1}\nb: &x 2\nc: *o\nd: *x\ne: {&k f: *k}\ng: {<<: *o, h: &x 3}\ni: *x\n'),
      '{"a":{"i":1},"b":2,"c":{"i":1},"d":2,"e":{"f":"f"},"g":{"h":3,"i":1},"i":3}',
    );
    assert.match(await render('a: *b\nb: &b 1\n'), /Error/);
    assert.match(await render('a: &a [*a]\n'), /Error/);
  });

  const measure = (yaml: string) => async () => {
    const before = cpuMs();
    await render(yaml).catch((thrown: Error) => assert.match(thrown.message, /exceeded maximum/));
    return cpuMs() - before;
  };
  const lines = (count: number, line: (at: number) => string) =>
    Array.from({ length: count }, (_, at) => line(at)).join('');

  it('has aliases that are found in time that grows with their number', async () => {
    const yaml = `a: &a [x]\n${lines(2_000, (at) => `k${at}: *a\n`)}`;
    await measure(yaml)();
    await assertCheapAsync(150, measure(yaml), 'a text of 2,000 aliases');
  });

  it('has merges that count for what they bring into a map', async () => {
    const yaml = `a0: &a0 {x: 1}\n${lines(400, (at) => `a${at + 1}: &a${at + 1} {<<: *a${at}, y${at}: 1}\n`)}`;
    await measure(yaml)();
    await assertCheapAsync(150, measure(yaml), 'a chain of 400 merges');
  });

  it('has faults that take no longer the more there are', async () => {
    await assertCheapAsync(120, measure(`a: ${'"'.repeat(30_000)}`), 'a text of 30,000 quotes');
  });
});
