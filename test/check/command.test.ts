// `secretmount check` as a pipeline runs it: what is read, what is printed, and the exit code.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, symlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { RULES } from '../../src/check/check.ts';
import { VERSION } from '../../src/version.ts';
import { PROGRAM } from '../harness/program.ts';
import { skip } from '../harness/skip.ts';
import { classOf, Folder, runCheck } from './run-check.ts';
import { parseXml } from './xml.ts';

const GOOD = classOf('good', ['secret/data/a']);
const WARNED = classOf('warned', ['secret/data/a'], 'vaultAdress: http://bao:8200');
const BAD = classOf('bad', ['secret/data/a'], 'vaultAddress: bao');
const BAD_TEXT =
  '8:5: error: parameter vaultAddress: not an address; write https://host:port, http://host:port or unix:///path [parameter]';
const WARNED_TEXT = '8:5: warning: unknown parameter "vaultAdress"; did you mean "vaultAddress"? [unknown-parameter]';

describe('secretmount check', () => {
  let folder: Folder;

  beforeEach(() => {
    folder = new Folder();
  });

  afterEach(() => folder.remove());

  it('exits with 0 for no problems, 1 for errors, and for warnings only when strict', async () => {
    const [good, warned, bad] = ['good', 'warned', 'bad'].map((name, index) =>
      folder.write(`${name}.yaml`, [GOOD, WARNED, BAD][index] ?? ''),
    ) as [string, string, string];
    assert.deepEqual(await runCheck([good]), { code: 0, out: '1 class: no problems\n', err: '' });
    const out = `${warned}:${WARNED_TEXT}\n1 class: 0 errors, 1 warning\n`;
    assert.deepEqual(await runCheck([warned]), { code: 0, out, err: '' });
    assert.deepEqual(await runCheck(['--strict', warned]), { code: 1, out, err: '' });
    assert.equal((await runCheck(['--strict', good])).code, 0);
    const both = `${bad}:${BAD_TEXT}\n${warned}:${WARNED_TEXT}\n2 classes: 1 error, 1 warning\n`;
    assert.deepEqual(await runCheck([warned, bad]), { code: 1, out: both, err: '' });
  });

  it('has all that a list of objects alone needs to be read', () => {
    const list = folder.write(
      'list.yaml',
      '- {objectName: a, secretPath: p, keys: {include: ["a.*"]}}\n- {objectName: b, template: "{{ 1 }}"}\n',
    );
    const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, 'check', '--objects', list], {
      encoding: 'utf8',
    });
    assert.deepEqual([status, stdout, stderr], [0, '1 list of objects: no problems\n', '']);
  });

  it('checks a file with the list of objects alone, each problem at its place in it', async () => {
    const good = folder.write('good.txt', '# mine\n- objectName: a\n  secretPath: secret/data/a\n');
    const bad = folder.write(
      'bad.yaml',
      '- objectName: a\n  secretPth: secret/data/a\n- {objectName: b, secretPath: p, jsonPath: a}\n',
    );
    const warned = folder.write(
      'warned.yaml',
      '- {objectName: a, secretPath: database/creds/a}\n- {objectName: b, secretPath: p, oops: 1}\n',
    );
    const empty = folder.write('empty.yaml', '[]\n');
    assert.deepEqual(await runCheck(['--objects', good]), {
      code: 0,
      out: '1 list of objects: no problems\n',
      err: '',
    });
    assert.deepEqual(await runCheck([`--objects=${bad}`]), {
      code: 1,
      out: [
        `${bad}:2:3: error: object "a": secretPath is missing; rename "secretPth" to it [object]`,
        `${bad}:3:34: error: object "b": jsonPath at character 1: a JSONPath starts with $; "$" is expected [object]`,
        '1 list of objects: 2 errors, 0 warnings\n',
      ].join('\n'),
      err: '',
    });
    assert.deepEqual(await runCheck(['--objects', warned, '--strict']), {
      code: 1,
      out: [
        `${warned}:1:19: warning: object "a": without secretKey the file is the whole answer, and each answer of this path is another; name the key to write [churn]`,
        `${warned}:2:34: warning: object "b": unknown field "oops" [unknown-field]`,
        '1 list of objects: 0 errors, 2 warnings\n',
      ].join('\n'),
      err: '',
    });
    assert.match((await runCheck(['--objects', empty])).out, /empty.yaml:1:1: error: an empty list; write a list/);
    const both = await runCheck([folder.write('class.yaml', GOOD), '--objects', good, '--objects', bad]);
    assert.match(both.out, /\n1 class, 2 lists of objects: 2 errors, 0 warnings\n$/);
    const missing = await runCheck(['--objects', `${folder.path}/nowhere.yaml`, '--objects', good]);
    assert.equal(missing.code, 2);
    assert.match(missing.out, /nowhere.yaml:1:1: error: cannot be read: no such file or directory \[unreadable\]/);
  });

  it('reads every manifest below a folder, and nothing else there', async () => {
    for (const name of ['a.yaml', 'b/c.yml', 'b/d/e.JSON', '.hidden/f.yaml']) folder.write(name, BAD);
    for (const name of ['README.md', 'yaml', 'a.yaml.bak', 'h.tpl']) folder.write(name, BAD);
    folder.write('g.yaml/inner.yaml', GOOD);
    const { code, out } = await runCheck([folder.path]);
    const files = out.match(/^.*?(?=:8:5: error)/gm);
    assert.deepEqual(
      files,
      ['.hidden/f.yaml', 'a.yaml', 'b/c.yml', 'b/d/e.JSON'].map((name) => `${folder.path}/${name}`),
    );
    assert.match(out, /\n5 classes: 4 errors, 0 warnings\n$/);
    assert.equal(code, 1);
  });

  it('checks a file once, however often and in whichever spelling it is named', async () => {
    const file = folder.write('a.yaml', BAD);
    const { out } = await runCheck([
      file,
      folder.path,
      `${folder.path}//./a.yaml`,
      `${folder.path}/../${basename(folder.path)}/a.yaml`,
      file,
    ]);
    assert.equal(out, `${file}:${BAD_TEXT}\n1 class: 1 error, 0 warnings\n`);
  });

  it('knows a class in another file for a pod, and looks for duplicates in one file only', async () => {
    folder.write('a.yaml', GOOD);
    folder.write('b.yaml', GOOD);
    const volume = '{driver: secrets-store.csi.k8s.io, readOnly: true, volumeAttributes: {secretProviderClass: good}}';
    folder.write('pod.yaml', `kind: Pod\napiVersion: v1\nspec: {volumes: [{name: a, csi: ${volume}}]}\n`);
    assert.equal((await runCheck(['--strict', folder.path])).out, '2 classes: no problems\n');
    assert.match((await runCheck([`${folder.path}/pod.yaml`])).out, /volume-class-elsewhere/);
  });

  it('names manifests that migrate turns into classes, and fails no pipeline for them', async () => {
    const plugin = 'kind: Secret\nmetadata: {name: s}\nstringData: {a: <path:secret/data/a#a>}\n';
    const external = 'apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: e}\n';
    const operator = 'apiVersion: secrets.hashicorp.com/v1beta1\nkind: VaultPKISecret\nmetadata: {name: v}\n';
    const sealed = 'apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: s}\n';
    const aws = 'apiVersion: mumoshu.github.io/v1alpha1\nkind: AWSSecret\nmetadata: {name: s}\n';
    const auth = 'apiVersion: secrets.hashicorp.com/v1beta1\nkind: VaultAuth\nmetadata: {name: v}\n';
    const other = 'kind: ConfigMap\ndata: {a: "<b>", c: external-secrets.io/v1}\n';
    const injected = 'kind: Pod\nmetadata: {annotations: {vault.hashicorp.com/agent-inject: "true"}}\n';
    const left = injected.replace('true', 'false');
    const file = folder.write(
      'a.yaml',
      [other, plugin, external, external, left, injected, auth, operator, sealed, aws].join('---\n'),
    );
    const notice = (count: string, line: number) =>
      `${count}, the first at ${file}:${line}; "secretmount migrate" makes`;
    const ran = await runCheck(['--strict', file]);
    assert.equal(ran.code, 0);
    assert.equal(
      ran.out,
      `0 classes: nothing to check
${notice('1 manifest of argocd-vault-plugin', 4)} classes of them
${notice('2 manifests of External Secrets', 9)} classes of them
${notice('1 manifest of Vault Agent injector', 20)} classes of them
${notice('1 manifest of Vault Secrets Operator', 27)} classes of them
${notice('1 manifest of Sealed Secrets', 31)} classes of them
${notice('1 manifest of aws-secret-operator', 35)} classes of them
`,
    );
    const { migratable } = JSON.parse((await runCheck(['--output=json', file])).out);
    assert.deepEqual(migratable[1], { system: 'External Secrets', count: 2, file, line: 9 });
  });

  it('says that there was nothing to check', async () => {
    assert.deepEqual(await runCheck([folder.path]), { code: 0, out: '0 classes: nothing to check\n', err: '' });
  });

  for (const [what, args, error] of [
    ['no file', [], 'no file to check; name files or folders, or - for standard input'],
    ['a file that is not there', ['nowhere.yaml'], 'nowhere.yaml cannot be read: no such file or directory'],
    ['an unknown flag', ['--stict', 'a'], 'unknown flag --stict; did you mean --strict?'],
    ["a flag of the daemon's", ['--endpoint=/a', 'a'], /^unknown flag --endpoint; /],
    ['a value that a flag does not take', ['--output=xml', 'a'], /output.*xml/],
    [
      'a flag without its value',
      ['a', '--output'],
      '--output needs a value: --output=text|json|sarif|gitlab|junit|policy',
    ],
  ] as const) {
    it(`exits with 2 and one line for ${what}`, async () => {
      const { code, out, err } = await runCheck(args);
      assert.deepEqual([code, out], [2, '']);
      const [, line = ''] = /^secretmount: (.*)\n$/.exec(err) ?? [];
      if (typeof error === 'string') assert.equal(line, error);
      else assert.match(line, error);
    });
  }

  it('checks the rest where a file cannot be read, tells of both, and exits with 2', async () => {
    const [good, bad] = [folder.write('a/good.yaml', GOOD), folder.write('z/bad.yaml', BAD)];
    symlinkSync('nowhere', `${folder.path}/m.yaml`);
    symlinkSync('a', `${folder.path}/folder.yaml`);
    const told = (name: string, why: string) =>
      `${folder.path}/${name}:1:1: error: cannot be read: ${why} [unreadable]\n`;
    const unreadable =
      told('folder.yaml', 'illegal operation on a directory') + told('m.yaml', 'no such file or directory');
    assert.deepEqual(await runCheck([folder.path]), {
      code: 2,
      out: `${unreadable}${bad}:${BAD_TEXT}\n2 classes: 3 errors, 0 warnings\n`,
      err: '',
    });
    assert.deepEqual(await runCheck([good, `${folder.path}/m.yaml`]), {
      code: 2,
      out: `${told('m.yaml', 'no such file or directory')}1 class: 1 error, 0 warnings\n`,
      err: '',
    });
    for (const output of ['json', 'sarif', 'gitlab', 'junit']) {
      const { code, out } = await runCheck([`--output=${output}`, folder.path]);
      assert.equal(code, 2);
      assert.match(out, /"unreadable"/);
      assert.match(out, /vaultAddress: not an address/);
    }
  });

  it('goes on after a folder that cannot be listed, and waits for no pipe', async function () {
    const seteuid = process.seteuid;
    if (seteuid === undefined || process.getuid?.() !== 0) skip(this, 'only root can be somebody else');
    const bad = folder.write('a.yaml', BAD);
    folder.write('closed/b.yaml', BAD);
    spawnSync('mkfifo', [`${folder.path}/pipe.yaml`]);
    chmodSync(`${folder.path}/closed`, 0o700);
    chmodSync(folder.path, 0o755);
    seteuid(65534);
    try {
      assert.deepEqual(await runCheck([folder.path]), {
        code: 2,
        out: `${bad}:${BAD_TEXT}\n${folder.path}/closed:1:1: error: cannot be read: permission denied [unreadable]\n1 class: 2 errors, 0 warnings\n`,
        err: '',
      });
    } finally {
      seteuid(0);
    }
  });

  it('exits with 2 where fewer classes are found than --min-classes wants, after the report', async () => {
    const file = folder.write('a.yaml', `${GOOD}---\n${WARNED.replaceAll('vaultAdress', 'vaultAddress')}`);
    assert.deepEqual(await runCheck(['--min-classes=2', file]), { code: 0, out: '2 classes: no problems\n', err: '' });
    const err = 'secretmount: only 2 of at least 3 classes found (--min-classes); was all of the input given?\n';
    assert.deepEqual(await runCheck(['--min-classes=3', file]), { code: 2, out: '2 classes: no problems\n', err });
  });

  it('colours for a terminal only, and not there with NO_COLOR', async () => {
    const file = folder.write('a.yaml', BAD);
    const plain = (await runCheck([file])).out;
    const coloured = (await runCheck([file], {}, true)).out;
    assert.equal(plain.includes('\u001b'), false);
    assert.ok(coloured.includes('\u001b[31merror\u001b[39m'));
    assert.equal(stripVTControlCharacters(coloured), plain);
    assert.equal((await runCheck([file], { NO_COLOR: '1' }, true)).out, plain);
    assert.equal((await runCheck([file], { NO_COLOR: '' }, true)).out, coloured);
    for (const output of ['json', 'sarif', 'gitlab', 'junit'])
      assert.equal((await runCheck([`--output=${output}`, file], {}, true)).out.includes('\u001b'), false);
  });

  it('prints as JSON what the library gives', async () => {
    const file = folder.write('a.yaml', BAD);
    const { code, out } = await runCheck(['--output', 'json', file]);
    const [, message = ''] = /error: (.*) \[/.exec(BAD_TEXT) ?? [];
    const finding = { file, line: 8, column: 5, level: 'error', rule: 'parameter', message };
    assert.deepEqual(JSON.parse(out), {
      findings: [{ ...finding, resource: 'SecretProviderClass bad' }],
      classCount: 1,
    });
    assert.equal(code, 1);
  });

  describe('as a process', () => {
    const check = (input: string | Buffer, ...args: readonly string[]) =>
      spawnSync(process.execPath, [PROGRAM, 'check', ...args], {
        ...{ input, encoding: 'utf8', timeout: 60_000 },
        // Node's own bound is 1 MiB, and what is beyond it is cut off.
        maxBuffer: 16 * 1024 * 1024,
      });

    it('reads standard input, once, and calls it -', () => {
      const { status, stdout, stderr } = check(BAD, '-', '-');
      assert.deepEqual([status, stdout, stderr], [1, `-:${BAD_TEXT}\n1 class: 1 error, 0 warnings\n`, '']);
      assert.equal(check(GOOD, '-').status, 0);
    });

    it('ends with 2 where standard input is empty, as after a command before the pipe that failed', () => {
      const { status, stdout, stderr } = check('\n', '-');
      assert.deepEqual([status, stdout], [2, '']);
      assert.match(stderr, /standard input is empty; did the command before the pipe fail\?/);
      assert.equal(check('kind: ConfigMap', '-').stdout, '0 classes: nothing to check\n');
    });

    it('writes a report longer than a pipe holds to its end', () => {
      const count = 2000;
      const { stdout } = check(BAD.concat('---\n').repeat(count), '--output=json', '-');
      assert.ok(stdout.length > 256 * 1024);
      assert.equal(JSON.parse(stdout).classCount, count);
    });
  });

  describe('as SARIF', () => {
    it('holds what SARIF 2.1.0 requires, for findings and for none', async () => {
      const bad = folder.write('a b/ö#?%.yaml', `${BAD}---\n${WARNED}`);
      for (const [args, count] of [
        [[bad], 2],
        [[folder.write('good.yaml', GOOD)], 0],
      ] as const) {
        const { out } = await runCheck(['--output=sarif', ...args]);
        const log = JSON.parse(out);
        assert.equal(log.version, '2.1.0');
        assert.equal(URL.canParse(log.$schema), true);
        assert.equal(log.runs.length, 1);
        const [run] = log.runs;
        const { driver } = run.tool;
        assert.deepEqual([driver.name, driver.version, run.columnKind], ['secretmount', VERSION, 'utf16CodeUnits']);
        assert.deepEqual(
          driver.rules.map(({ id }: { id: string }) => id),
          Object.keys(RULES),
        );
        for (const { shortDescription, defaultConfiguration } of driver.rules) {
          assert.ok(shortDescription.text.length > 0);
          assert.match(defaultConfiguration.level, /^(error|warning)$/);
        }
        assert.equal(run.results.length, count);
      }
    });

    it('points each result at its rule, its file and its place', async () => {
      const file = folder.write('a b/ö#?%.yaml', `${BAD}---\n${WARNED}`);
      const { code, out } = await runCheck(['--output=sarif', file]);
      assert.equal(code, 1);
      const [{ results, tool }] = JSON.parse(out).runs;
      for (const [index, rule] of ['parameter', 'unknown-parameter'].entries()) {
        const { ruleId, ruleIndex, level, message, locations } = results[index];
        assert.equal(ruleId, rule);
        assert.equal(tool.driver.rules[ruleIndex].id, rule);
        assert.equal(level, tool.driver.rules[ruleIndex].defaultConfiguration.level);
        assert.ok(message.text.length > 0);
        const { artifactLocation, region } = locations[0].physicalLocation;
        assert.equal(artifactLocation.uri, `${folder.path}/a%20b/%C3%B6%23%3F%25.yaml`);
        assert.equal(decodeURIComponent(new URL(artifactLocation.uri, 'file:///').pathname), file);
        assert.deepEqual(region, { startLine: index === 0 ? 8 : 19, startColumn: 5 });
      }
    });
  });

  describe('with a file and a class of somebody else', () => {
    const name = 'evil\n::error title=forged::by a name\x1b[31m\u202e\x9b31m ##vso[task.complete].yaml';
    const hostile = String.raw`apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass
metadata: {name: "x\e[31m\n::error::pwned\u202e\x9b31m##vso[a]"}
spec: {provider: vault, parameters: {roleName: "a\n::warning::b", "z\e[2J\n::error::p": "1", objects: "- {objectName: \"q\\e[31m\\n::error::o\", secretPth: x, \"f\\n::error::f\\e]0;t\\a\": 1}\n"}}`;

    for (const output of ['text', 'json', 'sarif', 'gitlab', 'junit']) {
      it(`prints no control or direction character and no CI command: ${output}`, async () => {
        folder.write(name, hostile);
        const { code, out } = await runCheck([`--output=${output}`, folder.path]);
        assert.equal(code, 1);
        assert.match(out, /roleName/);
        const lines = out.split('\n');
        assert.deepEqual(
          lines.filter((line) => /^\s*::|##|[\p{Cc}\p{Cf}]/u.test(line)),
          [],
        );
        if (output === 'junit') assert.ok(parseXml(out));
        else if (output !== 'text') assert.ok(JSON.parse(out));
        else assert.equal(lines.length, 7);
      });
    }

    it('says on one line which file it cannot read', async () => {
      const { code, err } = await runCheck([`${folder.path}/${name}`]);
      assert.equal(code, 2);
      assert.match(
        err,
        /^secretmount: [^\p{Cc}\p{Cf}]*evil\\u000a::error[^\p{Cc}\p{Cf}]* cannot be read: [^\p{Cc}]*\n$/u,
      );
    });
  });
});
