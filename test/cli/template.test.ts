// `secretmount template`: one template, its data, and what is said of either.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { run } from '../../src/cli/run.ts';
import { Folder } from '../check/run-check.ts';
import { PROGRAM } from '../harness/program.ts';

describe('secretmount template', () => {
  let folder: Folder;
  beforeEach(() => {
    folder = new Folder();
  });
  afterEach(() => folder.remove());

  async function render(template: string, data: string | undefined, ...args: readonly string[]) {
    const [out, err]: [string[], string[]] = [[], []];
    const file = folder.write('t', template);
    const given = data === undefined ? [] : ['--data', folder.write('d', data)];
    const code = await run(
      ['template', file, ...given, ...args],
      {},
      {
        out: (text) => out.push(text),
        err: (text) => err.push(text.replaceAll(`${folder.path}/`, '')),
        isTerminal: false,
      },
    );
    return { code, out: out.join(''), err: err.join('') };
  }
  const rendered = (out: string) => ({ code: 0, out, err: '' });
  const failed = (...lines: readonly string[]) => ({
    code: 1,
    out: '',
    err: lines.map((line) => `${line}\n`).join(''),
  });

  it('renders reads of Vault Agent, each by its path', async () => {
    const data = `
secret/data/app: {data: {user: ann, port: 5432}, metadata: {version: 3}}
secret/data/app?version=1: {data: {user: bob}}
database/creds/app: {username: u1}
secret/metadata/apps: [two, one, 10]
pki/issue/web: {certificate: CERT, private_key: KEY, issuing_ca: CA, ca_chain: [CA, ROOT]}
`;
    for (const [template, output] of [
      [
        '{{ with secret "secret/data/app" }}{{ .Data.data.user }}:{{ .Data.data.port }} v{{ .Data.metadata.version }}{{ end }}',
        'ann:5432 v3',
      ],
      ['{{ with secret "/secret/app" }}{{ .Data.data.user }}{{ end }}', 'ann'],
      ['{{ with secret "secret/data/app?version=1" }}{{ .Data.data.user }}{{ end }}', 'bob'],
      ['{{ with secret "database/creds/app" }}{{ .Data.username }}{{ .LeaseID }}{{ end }}', 'u1'],
      ['{{ with secret "pki/issue/web" "common_name=a" }}{{ .Data.certificate }}{{ end }}', 'CERT'],
      ['{{ range secrets "secret/metadata/apps/" }}<{{ . }}>{{ end }}', '<10><one><two>'],
      ['{{ range secrets "secret/apps" }}<{{ . }}>{{ end }}', '<10><one><two>'],
      [
        '{{ with pkiCert "pki/issue/web" "common_name=a" }}{{ .Cert }}{{ .Key }}{{ .CA }}{{ .CAChain }}{{ end }}',
        'CERT\nKEY\nCA\n[CA\n ROOT\n]',
      ],
    ] as const)
      assert.deepEqual(await render(template, data), rendered(output), template);
  });

  it('renders names of External Secrets', async () => {
    const data = 'db: {user: ann, "pass": "p:w"}\ntoken: t\n';
    const template = 'postgres://{{ .db.user }}:{{ .db.pass | urlquery }}@db?{{ .token | b64enc }}';
    assert.deepEqual(await render(template, data, '--syntax=sprig'), rendered('postgres://ann:p%3Aw@db?dA=='));
  });

  it('keeps the digits of numbers, in YAML and in JSON', async () => {
    const [big, template] = ['12345678901234567890.10', '{{ .n }} {{ .t | quote }} {{ .z }} {{ .b }}'];
    for (const data of [`n: ${big}\nt: "1"\nz: ~\nb: true`, `{"n": ${big}, "t": "1", "z": null, "b": true}`])
      assert.deepEqual(await render(template, data, '--syntax=sprig'), rendered(`${big} "1" <no value> true`));
  });

  it('tells all that a template reads and the data lacks, and what to add', async () => {
    const template =
      '{{ secret "secret/data/a" }}{{ secret "kv/a" }}{{ secrets "secret/metadata" }}{{ pkiCert "pki/issue/a" "x=y" }}';
    const lacks = (path: string, form: string) =>
      `t: error: the template reads "${path}", which is not in --data; add "${path}": ${form}`;
    assert.deepEqual(
      await render(template, undefined),
      failed(
        lacks('secret/data/a', '{data: {KEY: VALUE}}'),
        lacks('kv/a', '{KEY: VALUE}'),
        lacks('secret/metadata', '[NAME]'),
        lacks('pki/issue/a', '{certificate: PEM, private_key: PEM, issuing_ca: PEM, ca_chain: [PEM]}'),
      ),
    );
  });

  it('tells no path that a template puts together of values, and those of names out of a list', async () => {
    const data = 'a: {pass: s3cr3t/w0rd, user: ann}\nlist: [one]\nkv/s3cr3t/w0rd: 1\nkv/two: 1';
    const unshown =
      't: error: the template reads a path that it puts together, which is not in --data; the path is not shown, as it may hold a value: add what the values in --data make of it';
    const read = (path: string) => `{{ with secret "a" }}{{ secret ${path} }}{{ end }}`;
    assert.deepEqual(await render(read('.Data.pass'), data), failed(unshown));
    assert.deepEqual(await render(`${read('.Data.pass')}${read('.Data.user')}`, data), failed(unshown));
    assert.deepEqual(
      await render('{{ range secrets "list" }}{{ secret (print "kv/" .) }}{{ end }}', data),
      failed('t: error: the template reads "kv/one", which is not in --data; add "kv/one": {KEY: VALUE}'),
    );
    assert.deepEqual(await render(read('(print "kv/" .Data.pass)'), data), {
      code: 2,
      out: '',
      err: 'secretmount: --data: (a path that a template puts together) is not a map; write {KEY: VALUE}\n',
    });
    assert.deepEqual(await render('{{ secret "kv/two" }}', data), {
      code: 2,
      out: '',
      err: 'secretmount: --data: "kv/two" is not a map; write {KEY: VALUE}\n',
    });
  });

  it('tells all problems of a template at their places', async () => {
    assert.deepEqual(
      await render('ä {{ nope }}\n{{ with .a }}{{ timestamp }}', undefined),
      failed(
        't:1:6: error: function "nope" not defined',
        't:2:4: error: {{with}} has no {{end}}',
        't:2:17: error: function "timestamp" not defined; its result differs at each call, so that each poll would change the file',
      ),
    );
  });

  it('tells what failed at its place, and no value', async () => {
    assert.deepEqual(
      await render('ok\nä {{ range .s }}{{ end }}', 's: s3cr3t', '--syntax=sprig'),
      failed(`t:2:12: error: executing "t" at <.s>: range can't iterate over a value of type string`),
    );
  });

  it('fails on a missing key as the dialect does, or as it is told', async () => {
    const missing = failed('t:1:4: error: executing "t" at <.b>: map has no entry for key "b"');
    assert.deepEqual(await render('{{ .b }}', 'a: 1', '--syntax=sprig'), missing);
    assert.deepEqual(
      await render('{{ .b }}', 'a: 1', '--syntax=sprig', '--error-on-missing-key=false'),
      rendered('<no value>'),
    );
    const [agent, data] = ['{{ with secret "a" }}{{ .Data.b }}{{ end }}', 'a: {c: 1}'];
    assert.deepEqual(await render(agent, data), rendered('<no value>'));
    assert.equal((await render(agent, data, '--error-on-missing-key')).code, 1);
  });

  it('takes other delimiters', async () => {
    assert.deepEqual(
      await render('<< .a >>{{ .a }}', 'a: x', '--syntax=sprig', '--delimiters', '<< >>'),
      rendered('x{{ .a }}'),
    );
  });

  it('refuses data that cannot be used, with its place and no value', async () => {
    for (const [data, problem] of [
      ['- a', 'd:1:1: not a map; write a name or path on each line, a colon, and its value'],
      ['a: 1\na: 2', 'd:2:1: "a" is given twice; remove one'],
      ['a: b: c', "d:1:4: a field within another's text; align its indentation or put the text in quotes"],
      [
        `{"a": s3cr3t`,
        'd:1:13: a character is missing here or above (a closing quote or bracket, a ":" after a field, a space)',
      ],
      ['secret/data/a: s3cr3t', '--data: "secret/data/a" is not a map; write {data: {KEY: VALUE}}'],
      ['secret/data/a: [1]', '--data: "secret/data/a" is not a map; write {data: {KEY: VALUE}}'],
    ] as const)
      assert.deepEqual(
        await render('{{ secret "secret/data/a" }}', data),
        { code: 2, out: '', err: `secretmount: ${problem}\n` },
        data,
      );
  });

  it('refuses a command line that cannot be understood', async () => {
    for (const [args, problem] of [
      [['--syntax=helm'], '--syntax is "helm"; it takes one of agent, sprig'],
      [['--delimiters=<<'], "--delimiters takes two, with a space between: --delimiters='<< >>'"],
      [['--delimiters=< > !'], "--delimiters takes two, with a space between: --delimiters='<< >>'"],
      [['other'], 'more than one template; name one file'],
    ] as const)
      assert.deepEqual(await render('a', undefined, ...args), { code: 2, out: '', err: `secretmount: ${problem}\n` });
    const [err, streams] = [[] as string[], { out: () => {}, isTerminal: false }];
    for (const argv of [['template'], ['template', '-', '--data', '-']])
      assert.equal(await run(argv, {}, { ...streams, err: (text) => err.push(text) }), 2);
    assert.deepEqual(err, [
      'secretmount: no template; name a file, or - for standard input\n',
      'secretmount: the template and --data are both standard input; one of them must be a file\n',
    ]);
  });

  it('reads standard input, and writes bytes that are no text as they are', () => {
    const { stdout, stderr, status } = spawnSync(process.execPath, [PROGRAM, 'template', '-'], {
      input: '{{ base64Decode "AP/+CmE=" }}',
    });
    assert.deepEqual([status, stderr.toString(), stdout.toString('hex')], [0, '', '00fffe0a61']);
  });
});
