// `secretmount migrate` as a person runs it: what it writes, what it never overwrites, and what it says.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { Folder, runCheck } from '../check/run-check.ts';
import { PROGRAM } from '../harness/program.ts';
import { runMigrate } from './world.ts';

const SECRET = `apiVersion: v1
kind: Secret
metadata: {name: db, namespace: shop}
stringData: {password: <path:secret/data/db#password>}
`;
const POD = `apiVersion: v1
kind: Pod
metadata: {name: app, namespace: shop}
spec:
  containers:
    - name: app
      image: app:1
      volumeMounts: [{name: db, mountPath: /db}]
  volumes:
    - name: db
      secret: {secretName: db}
`;
/** Bytes that are no text. */
const LITERAL = `${SECRET.replace('stringData:', 'data: {user: AP+AaHVzaDdodXNo}\nstringData:')}---\n${POD}`;

describe('secretmount migrate', () => {
  let folder: Folder;
  let out: string;

  beforeEach(() => {
    folder = new Folder();
    out = join(folder.path, 'out');
  });

  afterEach(() => folder.remove());

  const files = (path = out) =>
    readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
      .sort();

  describe('--out', () => {
    it('gets every file where it was, the others byte for byte, and the roles', async () => {
      const other = '# not ours\nkind: Other\nx:   [ 1,2 ]\n';
      folder.write('in/base/pod.yaml', POD);
      folder.write('in/secret.yml', SECRET);
      folder.write('in/other.yaml', other);
      const ran = await runMigrate(join(folder.path, 'in'), `--out=${out}`);
      assert.equal(ran.code, 0, ran.out + ran.err);
      const names = [
        '.secretmount-migrate',
        'base/pod.yaml',
        'other.yaml',
        'secret.yml',
        'store-roles.sh',
        'store-roles.tf',
      ];
      assert.deepEqual(files(), names);
      assert.equal(readFileSync(join(out, 'other.yaml'), 'utf8'), other);
      const checked = await runCheck([join(out), '--strict', '--min-classes=1']);
      assert.equal(checked.code, 0, checked.out);
    });

    it('is written again if nothing in it was changed, and what is gone goes', async () => {
      const first = folder.write('a.yaml', `${SECRET}---\n${POD}`);
      const second = folder.write('b.yaml', 'kind: Other\n');
      assert.equal((await runMigrate(first, second, '--out', out)).code, 0);
      assert.equal((await runMigrate(first, '--out', out)).code, 0);
      assert.deepEqual(files(), ['.secretmount-migrate', 'a.yaml', 'store-roles.sh', 'store-roles.tf']);
      assert.deepEqual(readdirSync(folder.path).sort(), ['a.yaml', 'b.yaml', 'out']);
    });

    const CHANGES: Readonly<Record<string, () => void>> = {
      'a file that somebody else wrote': () => writeFileSync(join(out, 'mine.yaml'), 'kind: Mine\n'),
      'a file that somebody changed': () => writeFileSync(join(out, 'a.yaml'), 'kind: Mine\n'),
      'a link': () => symlinkSync('/etc/passwd', join(out, 'link')),
      'a record that is gone': () => rmSync(join(out, '.secretmount-migrate')),
    };
    for (const [name, change] of Object.entries(CHANGES))
      it(`is refused, and as it was, with ${name}`, async () => {
        const file = folder.write('a.yaml', `${SECRET}---\n${POD}`);
        assert.equal((await runMigrate(file, '--out', out)).code, 0);
        change();
        const before = files().map((one) => [one, readFileSync(join(out, one), 'utf8')]);
        const ran = await runMigrate(file, '--out', out);
        assert.equal(ran.code, 2);
        assert.match(ran.err, /(was not written by migrate|was changed since migrate wrote it); name another folder/);
        assert.deepEqual(
          files().map((one) => [one, readFileSync(join(out, one), 'utf8')]),
          before,
        );
      });

    it('is refused if it is a file, and if the folder above is one', async () => {
      const file = folder.write('a.yaml', SECRET);
      for (const taken of [file, join(file, 'out')]) {
        const ran = await runMigrate(file, '--out', taken);
        assert.equal(ran.code, 2, ran.out);
        assert.equal(readFileSync(file, 'utf8'), SECRET);
      }
    });

    it('is refused below what is read, as the next run would read it too', async () => {
      folder.write('in/a.yaml', SECRET);
      const input = join(folder.path, 'in');
      const link = join(folder.path, 'link');
      symlinkSync('in', link);
      for (const inside of [input, join(input, 'out'), join(input, '..out'), join(link, 'out'), join(link, 'a', 'b')]) {
        const ran = await runMigrate(input, '--out', inside);
        assert.equal(ran.code, 2, ran.out);
        assert.match(ran.err, /--out .* lies in .*, which is read; name a folder outside of it/);
      }
      assert.equal((await runMigrate(link, '--out', join(input, 'out'))).code, 2);
      assert.deepEqual(files(input), ['a.yaml']);
      assert.equal((await runMigrate(input, '--out', `${input}-out`)).code, 1);
    });

    it('is refused if it is empty, as of a variable that is not set', async () => {
      const ran = await runMigrate(folder.write('a.yaml', SECRET), '--out=');
      assert.deepEqual(ran, { code: 2, out: '', err: 'secretmount: --out is empty; name a folder\n' });
    });

    it('gets no copy of what a link leads to outside of what is read, unless that is named too', async () => {
      folder.write('in/a.yaml', SECRET);
      const [input, private_] = [join(folder.path, 'in'), folder.write('private.yaml', 'token: s3cr3t\n')];
      symlinkSync('a.yaml', join(input, 'b.yaml'));
      symlinkSync('../private.yaml', join(input, 'c.yaml'));
      const out = join(folder.path, 'out');
      const ran = await runMigrate(input, '--out', out);
      assert.equal(ran.code, 2, ran.out);
      assert.match(
        ran.err,
        /in\/c\.yaml is a link to .*\/private\.yaml, which --out would get a copy of; name that too, or/,
      );
      assert.ok(!existsSync(out));
      assert.equal((await runMigrate(input, private_, '--out', out)).code, 1);
      assert.deepEqual(
        files(out).filter((name) => name.startsWith('c')),
        ['c.yaml'],
      );
      // A link that is named itself is meant.
      assert.equal((await runMigrate(join(input, 'c.yaml'), '--out', `${out}-2`)).code, 0);
    });

    it('leaves nothing if it cannot be written whole', async function () {
      if (process.getuid?.() === 0) return this.skip();
      const file = folder.write('a.yaml', SECRET);
      mkdirSync(join(folder.path, 'closed'));
      chmodSync(join(folder.path, 'closed'), 0o500);
      const ran = await runMigrate(file, '--out', join(folder.path, 'closed', 'out'));
      assert.match(ran.err, /cannot be written: permission denied; nothing was changed/);
      assert.deepEqual(readdirSync(join(folder.path, 'closed')), []);
    });

    it('takes no two files of one name', async () => {
      const ran = await runMigrate(folder.write('x/a.yaml', SECRET), folder.write('y/a.yaml', SECRET), '--out', out);
      assert.match(ran.err, /would both be a\.yaml below --out; name the folder above them/);
      assert.equal(ran.code, 2);
      assert.ok(!existsSync(out));
    });
  });

  it('reads standard input and writes it to one file', () => {
    const input = `${SECRET}---\n${POD}`;
    const { status } = spawnSync(process.execPath, [PROGRAM, 'migrate', '-', '--out', out], { input });
    assert.equal(status, 0);
    assert.deepEqual(files(), ['.secretmount-migrate', 'stdin.yaml', 'store-roles.sh', 'store-roles.tf']);
  });

  it('shows with --diff what `patch` makes the output of', async () => {
    const file = folder.write('a.yaml', `# head\n${SECRET}---\n${POD}---\nkind: Other`);
    const ran = await runMigrate(file, '--out', out, '--diff');
    assert.match(ran.err, /3 mapped|2 mapped/);
    const { status, stdout } = spawnSync('patch', ['-o', '-', file], { input: ran.out, encoding: 'utf8' });
    assert.equal(status, 0);
    assert.equal(stdout.replace(/^patching file.*\n/, ''), readFileSync(join(out, 'a.yaml'), 'utf8'));
  });

  describe('the report', () => {
    it('ends with 1 for what is not mapped, and with 0 if its kind is allowed', async () => {
      const file = folder.write('a.yaml', LITERAL);
      assert.equal((await runMigrate(file)).code, 1);
      assert.equal((await runMigrate(file, '--allow=text')).code, 1);
      assert.equal((await runMigrate(file, '--allow=text', '--allow=literal')).code, 0);
      const ran = await runMigrate(file, '--allow=mapped');
      assert.equal(ran.code, 2);
      assert.match(ran.err, /--allow is "mapped"; it takes one of outside-data, literal, /);
    });

    it('has a place for every field, in each form, and no value', async () => {
      const file = folder.write('a|b.yaml', LITERAL);
      for (const form of ['text', 'json', 'sarif', 'markdown']) {
        const { out: report, code } = await runMigrate(file, `--report=${form}`);
        assert.equal(code, 1);
        assert.doesNotMatch(report, /hush7hush|AP\+AaH/);
        assert.match(report, /literal/);
        if (form === 'json') assert.deepEqual(JSON.parse(report).counts, { mapped: 0, warned: 0, notMapped: 2 });
        if (form === 'sarif')
          assert.equal(JSON.parse(report).runs[0].results[0].locations[0].physicalLocation.region.startLine, 4);
        if (form === 'markdown')
          assert.match(report, /^0 mapped, 0 mapped with a warning, 2 not mapped\n\n\| level \|/);
      }
    });

    it('says that there is nothing to do for a class of this provider or the ones before it', async () => {
      const text =
        'apiVersion: secrets-store.csi.x-k8s.io/v1\nkind: SecretProviderClass\nmetadata: {name: a}\nspec: {provider: vault, parameters: {roleName: a, objects: "- {objectName: a, secretPath: secret/data/a, secretKey: a}"}}\n';
      const ran = await runMigrate(folder.write('a.yaml', text), '--report=json');
      assert.equal(ran.code, 0);
      assert.deepEqual(
        JSON.parse(ran.out).outcomes.map(({ rule }: { rule: string }) => rule),
        ['nothing-to-do'],
      );
    });

    it('says where a value is to be written that no class can bring', async () => {
      const pod = POD.replace(
        'image: app:1\n',
        'image: "app:<path:secret/data/db#tag>"\n      args: ["--p=<path:secret/data/db#password>"]\n',
      ).replace('namespace: shop}', 'namespace: shop, labels: {a: "<path:secret/data/db#a>"}}');
      const { out: report } = await runMigrate(folder.write('a.yaml', pod));
      assert.match(report, /labels\.a: a class makes files and Secrets only; write the value in the label \[/);
      assert.match(report, /image: a class makes files and Secrets only; write the value in the field \[/);
      assert.match(report, /args\.0: .*; write the value in the argument, or let the program read it from a file or /);
    });

    it('names other systems, and the Application that renders by the plugin', async () => {
      const text = [
        'apiVersion: external-secrets.io/v1alpha1\nkind: PushSecret\nmetadata: {name: a}\n',
        'kind: Pod\nmetadata: {name: p, annotations: {openbao.openbao.org/agent-inject: "true"}}\n',
        'kind: Application\nmetadata: {name: a}\nspec: {source: {plugin: {name: argocd-vault-plugin-helm}}}\n',
      ].join('---\n');
      const file = folder.write('a.yaml', text);
      const rules = async (...args: string[]) => {
        const { out: report } = await runMigrate(file, '--report=json', ...args);
        return JSON.parse(report).outcomes.map(({ rule }: { rule: string }) => rule);
      };
      assert.deepEqual(await rules(), ['other-system', 'other-system', 'plugin']);
      assert.deepEqual(await rules('--from=argocd-vault-plugin'), ['plugin']);
    });

    it('names a template and a broken document, and leaves both', async () => {
      const text = `${SECRET}---\n{{- if .Values.on }}\nkind: Secret\nstringData: {a: {{ .a }}}\n{{- end }}\n---\na: [\n---\n${POD}`;
      const file = folder.write('a.yaml', text);
      const ran = await runMigrate(file, '--out', out, '--report=json');
      const errors = JSON.parse(ran.out).outcomes.filter(({ level }: { level: string }) => level === 'error');
      assert.deepEqual(
        errors.map(({ rule, line }: { rule: string; line: number }) => [rule, line]),
        [
          ['template', 6],
          ['syntax', 12],
        ],
      );
      assert.ok(
        readFileSync(join(out, 'a.yaml'), 'utf8').includes(
          text.slice(text.indexOf('{{- if'), text.lastIndexOf('---\n')),
        ),
      );
    });
  });

  it('keeps to anchors: a Secret whose pod cannot be changed in place stays', async () => {
    const pod = (name: string, volumes: string) =>
      `- kind: Pod\n  metadata: {name: ${name}, namespace: shop}\n  spec: {containers: [{name: c, image: c:1}], volumes: ${volumes}}\n`;
    const pods = `kind: List\nitems:\n${pod('a', '&v [{name: db, secret: {secretName: db}}]')}${pod('b', '*v')}`;
    const file = folder.write('a.yaml', `${SECRET}---\n${pods}`);
    const ran = await runMigrate(file, '--out', out);
    assert.equal(ran.code, 1);
    assert.match(ran.out, /cannot be changed in place .* \[form\]/);
    assert.equal(readFileSync(join(out, 'a.yaml'), 'utf8'), `${SECRET}---\n${pods}`);
  });

  it('gives overlays of one Secret the same name, as the pod they share names one class', async () => {
    const secret = (path: string) => SECRET.replace('secret/data/db', path).replace(', namespace: shop', '');
    folder.write('in/base/pod.yaml', POD.replace(', namespace: shop', ''));
    folder.write('in/dev/secret.yaml', secret('secret/data/dev'));
    folder.write('in/prod/secret.yaml', secret('secret/data/prod'));
    assert.equal((await runMigrate(join(folder.path, 'in'), '--out', out)).code, 0);
    for (const stage of ['dev', 'prod']) {
      const text = readFileSync(join(out, stage, 'secret.yaml'), 'utf8');
      assert.match(text, new RegExp(`name: db\\n(.*\\n)*.*secretPath: secret/data/${stage}\\n`));
    }
  });

  it('names a patch and a kustomization that changes resources, and leaves what they take', async () => {
    const patch = `kind: Pod
metadata: {name: app, namespace: shop}
spec:
  containers: [{name: app, env: [{name: P, valueFrom: {secretKeyRef: {name: db, key: password}}}]}]
`;
    folder.write('in/a.yaml', `${SECRET}---\n${POD}`);
    folder.write('in/kustomization.yaml', 'resources: [a.yaml]\nlabels: []\n');
    folder.write('in/prod/kustomization.yaml', 'resources: [..]\npatches: [{path: patch.yaml}]\n');
    folder.write('in/prod/patch.yaml', patch);
    const ran = await runMigrate(join(folder.path, 'in'), '--out', out);
    assert.equal(ran.code, 1);
    assert.match(
      ran.out,
      /prod\/kustomization\.yaml:2:1: error: patches: .* "kustomize build" makes of it \[template\]/,
    );
    assert.match(ran.out, /prod\/patch\.yaml:4:.*: error: Secret "db" is taken by a part of a pod .* \[template\]/);
    assert.equal(ran.out.match(/kustomization\.yaml/g)?.length, 1, ran.out);
    assert.equal(readFileSync(join(out, 'a.yaml'), 'utf8'), `${SECRET}---\n${POD}`);
  });

  it('says that a pod waits which started without an optional Secret', async () => {
    const pod = POD.replace('secretName: db', 'secretName: db, optional: true');
    const ran = await runMigrate(folder.write('a.yaml', `${SECRET}---\n${pod}`));
    assert.match(
      ran.out,
      /:16:7: warning: volume "db" .*; optional: the pod now waits until the store has it \[differs\]/,
    );
  });

  it('puts what the input does not say into classes and roles', async () => {
    const file = folder.write('a.yaml', `${SECRET}---\n${POD}`.replaceAll(', namespace: shop', ''));
    const setup = [
      '--vault-addr=https://bao.example.com',
      '--vault-namespace=team/a',
      '--vault-mount=auth/k8s',
      '--audience=bao',
      '--namespace=prod',
    ];
    assert.equal((await runMigrate(file, '--out', out, ...setup)).code, 0);
    const [{ spec }] = parseAllDocuments(readFileSync(join(out, 'a.yaml'), 'utf8')).map((one) => one.toJS());
    assert.partialDeepStrictEqual(spec.parameters, {
      roleName: 'prod.default',
      vaultAddress: 'https://bao.example.com',
      vaultNamespace: 'team/a',
      vaultAuthMountPath: 'k8s',
      audience: 'bao',
    });
    const script = readFileSync(join(out, 'store-roles.sh'), 'utf8');
    assert.match(script, /write -namespace=team\/a auth\/k8s\/role\/prod\.default/);
    assert.match(script, /bound_service_account_namespaces=prod \\\n {2}audience=bao/);
    assert.match(readFileSync(join(out, 'store-roles.tf'), 'utf8'), /backend += "k8s"/);
  });

  it('writes for the sync controller what no pod takes, only if it is told to', async () => {
    const ingress = 'kind: Ingress\nmetadata: {name: i, namespace: shop}\nspec: {tls: [{secretName: db}]}\n';
    const file = folder.write('a.yaml', `${SECRET}---\n${ingress}---\n${SECRET.replace('name: db', 'name: other')}`);
    assert.equal((await runMigrate(file)).code, 1);
    const ran = await runMigrate(file, '--sync-only', '--out', out);
    assert.equal(ran.code, 0, ran.out);
    const documents = parseAllDocuments(readFileSync(join(out, 'a.yaml'), 'utf8')).map((one) => one.toJS());
    assert.deepEqual(
      documents.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
      [
        'SecretProviderClass db',
        'SecretSync db',
        'ServiceAccount secretmount-sync',
        'Ingress i',
        'SecretProviderClass other',
        'SecretSync other',
      ],
    );
    assert.deepEqual(documents[1].spec, {
      serviceAccountName: 'secretmount-sync',
      secretProviderClassName: 'db',
      secretObject: { type: 'Opaque', data: [{ sourcePath: 'password', targetKey: 'password' }] },
    });
  });

  it('tells what a mode means that Kubernetes opened by fsGroup and the driver does not', async () => {
    const pod = POD.replace('spec:\n', 'spec:\n  securityContext: {runAsUser: 1000, fsGroup: 1000}\n').replace(
      'secretName: db',
      'secretName: db, defaultMode: 0400',
    );
    const ran = await runMigrate(folder.write('a.yaml', `${SECRET}---\n${pod}`));
    assert.match(ran.out, /error: line \d+ of the output: .*fsGroup.* \(volume-unreadable\) \[result-refused\]/);
    assert.equal(ran.code, 1);
  });

  it('says for which namespace roles are, if the input does not and nobody said it', async () => {
    const file = folder.write('a.yaml', `${SECRET}---\n${POD}`.replaceAll(', namespace: shop', ''));
    const warning = 'a.yaml:1:1: warning: no namespace is named, and its role is for pods of "default";';
    assert.ok((await runMigrate(file)).out.includes(warning));
    assert.doesNotMatch((await runMigrate(file, '--namespace=default')).out, /warning:/);
    assert.doesNotMatch((await runMigrate(folder.write('b.yaml', `${SECRET}---\n${POD}`))).out, /warning:/);
  });

  it('warns of what check warns of in the output', async () => {
    const pod = POD.replace('mountPath: /db', 'mountPath: /db/password, subPath: password');
    const ran = await runMigrate(folder.write('a.yaml', `${SECRET}---\n${pod}`));
    assert.match(ran.out, /warning: line \d+ of the output: .* \(volume-subpath\) \[result\]/);
    assert.equal(ran.code, 0);
  });

  for (const [args, says] of [
    [[], 'nothing to migrate; name files or folders, or - for standard input'],
    [['/nowhere'], '/nowhere cannot be read: no such file or directory'],
    [['a', '--from=helm'], '--from is "helm"; it takes one of argocd-vault-plugin, external-secrets, '],
    [['a', '--out=x', '--out=y'], '--out is given 2 times; give it once'],
    [['a', '--kv-version=3'], '--kv-version is "3"; it takes one of 1, 2'],
  ] as const)
    it(`ends with 2 for: ${args.join(' ')}`, async () => {
      const ran = await runMigrate(...args);
      assert.equal(ran.code, 2);
      assert.ok(ran.err.includes(says), ran.err);
    });
});
