// Templates of a class that would take time or memory without end: what they take of the process, and that others have their
// turn.
import assert from 'node:assert/strict';
import { assertCheapAsync, cpuMs } from '../harness/cpu-time.ts';
import { kv2 } from '../render/answers.ts';
import { HOSTILE as OF_LANGUAGE } from '../template/hostile-templates.ts';
import { loadTemplates, rejectionOf, render, type Store } from './world.ts';

const STORE: Store = {
  app: kv2(`{"password":"p","big":{${Array.from({ length: 2_000 }, (_, at) => `"key${at}":${at}`).join()}}}`),
};
const FEW: Store = { app: kv2('{"password":"p"}') };
/** No more than the plan takes of all templates together (test/plan). */
const fitting = Object.values(OF_LANGUAGE).filter((text) => text.length < 20_000);
const sprig = (name: string, template: string) =>
  `- {objectName: ${name}, template: ${JSON.stringify(template)}, templateSyntax: sprig, reads: {app: {secretPath: app}}}\n`;
/** It takes all steps that a template has: several slices. */
const LOOP = '{{ range until 1000 }}{{ range $.app.big }}{{ if eq 1 2 3 }}{{ end }}{{ end }}{{ end }}';

describe('hostile templates of a class', function () {
  this.timeout(60_000);
  before(loadTemplates);

  it('end with an error of their own, in little time', async () => {
    for (const template of fitting) {
      const before = cpuMs();
      const { failures } = await render(sprig('t', template), STORE).catch((thrown: Error) => ({
        failures: [`t: ${thrown.message} [class-invalid]`],
      }));
      const ms = cpuMs() - before;
      assert.match(failures.join(), /^t: .*\[(?:template-failed|class-invalid)\]$|^$/s, template.slice(0, 80));
      assert.ok(ms < 1_500, `${template.slice(0, 80)} took ${ms} ms`);
    }
  });

  it('share a time, however many they are', async () => {
    const objects = Array.from({ length: 50 }, (_, at) => sprig(`t${at}`, LOOP)).join('');
    const measure = async () => {
      const before = cpuMs();
      const { failures, files } = await render(objects, STORE);
      assert.deepEqual([failures.length, files], [50, {}]);
      assert.match(
        failures.at(-1) ?? '',
        /^t49: the templates of this class take more than 250 ms of the process together; .*\[template-failed\]$/,
      );
      return cpuMs() - before;
    };
    await assertCheapAsync(450, measure, 'a class of 50 slow templates');
  });

  it('take a turn for each slice, and let others have theirs', async () => {
    let longestMs = 0;
    let last = cpuMs();
    const timer = setInterval(() => {
      longestMs = Math.max(longestMs, cpuMs() - last);
      last = cpuMs();
    }, 1);
    const { turns, entered, spentMs, failures } = await render(
      sprig('t', '{{ range 400000 }}{{ if eq 1 2 3 }}{{ end }}{{ end }}'),
      FEW,
    );
    clearInterval(timer);
    assert.match(failures.join(), /exceeded maximum (?:number of steps|time) \[template-failed\]$/);
    assert.ok(turns > 2, `${turns} turns`);
    // Before each it waits as a new mount does.
    assert.equal(entered, turns);
    // What is done within turns they tell themselves.
    assert.ok(spentMs > 1 && spentMs < 60, `${spentMs} ms`);
    assert.ok(longestMs < 100, `${longestMs} ms`);
  });

  it('take a turn also if each is short, and for long answers', async () => {
    const short = '{{ range 20000 }}{{ if eq 1 2 3 }}{{ end }}{{ end }}';
    const many = await render(Array.from({ length: 40 }, (_, at) => sprig(`t${at}`, short)).join(''), FEW);
    assert.ok(many.turns > 10, `${many.turns} turns`);
    const long = { app: kv2(`{"password":"${'p'.repeat(200_000)}"}`) };
    assert.equal((await render(sprig('t', '{{ len .app.password }}'), long)).turns, 1);
    assert.equal((await render(sprig('t', '{{ len .app.password }}'), FEW)).turns, 0);
  });

  it('ask for memory before they use it, and for much only if they need it', async () => {
    const small = await render(sprig('t', '{{ .app.password }}'), FEW);
    assert.deepEqual(small.failures, []);
    assert.ok(small.takenBytes < 128 * 1024, `${small.takenBytes}`);
    const text = '{{ $x := repeat 200000 "ab" }}{{ len $x }}';
    const large = await render(sprig('t', text), FEW);
    assert.deepEqual(large.files, { t: '400000' });
    assert.deepEqual([small.turns, large.turns > 0], [0, true]);
    assert.ok(large.takenBytes > 12 * 1024 * 1024, `${large.takenBytes}`);
    assert.equal(large.entered, 1);
    assert.equal(await rejectionOf(sprig('t', text), FEW, true), 'memory-budget');
    assert.equal(await rejectionOf(sprig('t', '{{ .app.password }}'), FEW, true), 'rendered');
  });

  it('are refused for values without end, and for files over 4 MiB', async () => {
    const store = { app: kv2(`{"list":[${'1,'.repeat(200_000)}1]}`) };
    const { failures } = await render(sprig('t', '{{ len .app.list }}'), store);
    assert.match(failures.join(), /^t: what it reads has too many values for a template .*\[template-failed\]$/);
    const deep = { app: kv2(`{"list":${'['.repeat(600)}${']'.repeat(600)}}`) };
    assert.match((await render(sprig('t', '{{ len .app.list }}'), deep)).failures.join(), /more than 500 levels/);
    const objects = Array.from({ length: 8 }, (_, at) => sprig(`t${at}`, '{{ repeat 900000 "x" }}')).join('');
    assert.match(
      (await render(objects, STORE)).failures.join(),
      /the files of the templates come to over 4 MiB, .*\[files-too-large\]/,
    );
  });

  it('ask for no more in a pass than its paths and arguments may have, nor in all of a class than 1,000 secrets', async () => {
    const asking = (name: string, chars: number, wish: string) =>
      `- {objectName: ${name}, template: '{{ $$s := printf "b=%0${chars}d" 1 }}{{ range loop 64 }}${wish}{{ end }}'}\n`.replace(
        '$$',
        '$',
      );
    const store = new Proxy<Store>({}, { get: () => kv2('{"a":1}') });
    const wishes = [
      '{{ secret "x/data" (printf "a=%d" .) $s }}',
      '{{ secret (printf "x/data/%d%s" . $s) }}',
      '{{ secrets (printf "x/data/%d%s" . $s) }}',
      '{{ pkiCert "x" (printf "a=%d" .) $s }}',
    ];
    for (const wish of wishes) {
      const { failures, rounds } = await render(asking('t', 8_000, wish), store);
      assert.match(failures.join(), /more than 262144 characters of paths and arguments at once \[template-failed\]$/);
      assert.deepEqual(rounds, []);
    }
    const small = await render(asking('t', 3_000, wishes[0] ?? ''), store);
    assert.deepEqual(small.failures, []);
    // Its body has them, its key, and what is sent.
    assert.ok(small.takenBytes > 4 * 64 * 3_000, `${small.takenBytes}`);

    const many = (count: number, path: (at: number) => string) =>
      Array.from(
        { length: count },
        (_, at) =>
          `- {objectName: t${at}, template: '{{ range loop 50 }}{{ secret (printf "kv/data/${path(at)}-%d" .) }}{{ end }}'}\n`,
      ).join('');
    const most = await render(many(20, String), store);
    assert.deepEqual([most.failures, most.rounds.map(({ length }) => length)], [[], [1_000]]);
    const beyond = await render(many(21, String), store);
    assert.deepEqual(beyond.failures, [
      't20: the templates of this class ask for more than 1,000 secrets; split it over several classes [template-failed]',
    ]);
    const same = await render(
      many(40, () => 'same'),
      store,
    );
    assert.deepEqual([same.failures, same.rounds.map(({ length }) => length)], [[], [50]]);
  });

  it('are many small ones: an answer is opened once for all of them', async () => {
    const COUNT = 600;
    const keys = Array.from({ length: COUNT }, (_, at) => `k${at}`);
    const objects = keys
      .map(
        (key) =>
          `- {objectName: ${key}, template: "{{ .a }}", templateSyntax: sprig, reads: {a: {secretPath: app, secretKey: ${key}}}}\n`,
      )
      .join('');
    const store = { app: kv2(JSON.stringify(Object.fromEntries(keys.map((key) => [key, 'v'])))) };
    const measure = async () => {
      const before = cpuMs();
      const { files } = await render(objects, store);
      assert.equal(Object.keys(files).length, COUNT);
      return cpuMs() - before;
    };
    await measure();
    await assertCheapAsync(200, measure, 'a class of 600 small templates');
  });
});
