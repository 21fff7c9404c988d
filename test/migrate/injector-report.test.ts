// Pods of the Vault Agent injector: what the command says of each annotation, and what it writes around what stays.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { Folder } from '../check/run-check.ts';
import { runMigrate } from './world.ts';

const PREFIX = 'vault.hashicorp.com/';
const ONE = '{{ with secret "secret/data/db" }}{{ .Data.data.password }}{{ end }}';

function pod(
  annotations: Readonly<Record<string, string>>,
  spec = 'containers: [{name: web, image: "web:1"}]',
): string {
  const all = { 'agent-inject': 'true', role: 'shop', 'agent-inject-template-db': ONE, ...annotations };
  const lines = Object.entries(all).map(([name, value]) => `    ${PREFIX}${name}: ${JSON.stringify(value)}\n`);
  return `kind: Pod\nmetadata:\n  name: web\n  namespace: shop\n  annotations:\n${lines.join('')}spec:\n  ${spec}\n`;
}

describe('pods of the Vault Agent injector', () => {
  let folder: Folder;
  let out: string;
  beforeEach(() => {
    folder = new Folder();
    out = join(folder.path, 'out');
  });
  afterEach(() => folder.remove());

  const migrate = async (text: string, ...args: string[]) => {
    const ran = await runMigrate(folder.write('a.yaml', text), `--out=${out}`, ...args);
    return { ...ran, text: ran.code === 2 ? '' : readFileSync(join(out, 'a.yaml'), 'utf8') };
  };
  const classOf = (text: string) =>
    parseAllDocuments(text)
      .map((one) => one.toJS())
      .find(({ kind }) => kind === 'SecretProviderClass');

  it("keep what is not the injector's, byte for byte", async () => {
    const own = '  # Ann\'s\n  labels: { a: "b" } # why\n';
    const text = pod({}).replace(
      '  annotations:\n',
      `${own}  annotations:\n    prometheus.io/scrape: 'true' # ours\n    # theirs\n`,
    );
    const ran = await migrate(`# head\n${text}---\nkind: Other # x\n`);
    assert.equal(ran.code, 0, ran.out);
    const [before = '', after = ''] = ran.text.split('spec:\n');
    assert.equal(
      before,
      `# head\nkind: Pod\nmetadata:\n  name: web\n  namespace: shop\n${own}  annotations:\n    prometheus.io/scrape: 'true' # ours\n    # theirs\n`,
    );
    assert.ok(
      after.startsWith('  containers: [{name: web, image: "web:1", "volumeMounts": [{"name":"vault-secrets"'),
      after,
    );
    assert.ok(ran.text.endsWith('---\nkind: Other # x\n'));
  });

  it('lose metadata that held nothing else', async () => {
    const text = pod({})
      .replace('kind: Pod\nmetadata:\n  name: web\n', 'metadata:\n')
      .replace('  namespace: shop\n', '');
    const indented = text.replace(/^(?=.)/gm, '      ');
    const job = `kind: Job\nmetadata: {name: once, namespace: shop}\nspec:\n  template:\n${indented}`;
    const ran = await migrate(job);
    assert.equal(ran.code, 0, ran.out);
    assert.ok(
      ran.text.startsWith('kind: Job\nmetadata: {name: once, namespace: shop}\nspec:\n  template:\n      spec:\n'),
      ran.text,
    );
  });

  it('become a List with their classes in JSON, which has no documents', async () => {
    const annotations = {
      [`${PREFIX}agent-inject`]: 'true',
      [`${PREFIX}role`]: 'r',
      [`${PREFIX}agent-inject-template-a`]: ONE,
    };
    const json = {
      kind: 'Pod',
      metadata: { name: 'web', annotations },
      spec: { containers: [{ name: 'c', image: 'c:1' }] },
    };
    const ran = await migrate(`${JSON.stringify(json, undefined, 2)}\n`, '--namespace=shop');
    assert.equal(ran.code, 0, ran.out);
    const { kind, items } = JSON.parse(ran.text);
    assert.equal(kind, 'List');
    assert.deepEqual(
      items.map((one: { kind: string }) => one.kind),
      ['Pod', 'SecretProviderClass'],
    );
    assert.deepEqual(items[0].metadata, { name: 'web' });
  });

  it('stay if an anchor is used elsewhere, and are told', async () => {
    const text = `${pod({})}---\n${pod({}).replace('name: web', 'name: other')}`.replace(
      '    vault.hashicorp.com/role: "shop"\n',
      '    vault.hashicorp.com/role: &role shop\n    ours: *role\n',
    );
    const ran = await migrate(text);
    assert.equal(ran.code, 1);
    assert.match(ran.out, /cannot be changed in place \(an anchor, .*\[form\]/);
    assert.ok(ran.text.includes('role: &role shop'));
    assert.match(ran.out, /"db": "secret\/data\/db#password", in SecretProviderClass other \[mapped\]/);
  });

  it('keep their role, and are told of the audience unless it is known', async () => {
    const ran = await migrate(pod({}));
    assert.match(ran.out, /warning: role: roleName "shop"; the role stays, .*the audience of its token is "vault" now/);
    assert.doesNotMatch((await migrate(pod({}), '--audience=bao')).out, /warning:/);
    const volume = 'volumes: [{name: t, projected: {sources: [{serviceAccountToken: {path: token, audience: bao}}]}}]';
    const spec = `containers: [{name: web, image: "web:1"}]\n  ${volume}`;
    const named = await migrate(pod({ 'agent-service-account-token-volume-name': 't' }, spec));
    assert.doesNotMatch(named.out, /warning:/);
    assert.equal(classOf(named.text).spec.parameters.audience, 'bao');
    assert.deepEqual(Object.keys(classOf(ran.text).spec.parameters), ['roleName', 'objects']);
  });

  it('say what the class needs to reach the store', async () => {
    const annotations = {
      service: 'https://bao.example.com',
      namespace: 'team/a',
      'auth-path': 'auth/k8s/east',
      'tls-server-name': 'bao',
      'tls-skip-verify': 'true',
    };
    const { text } = await migrate(pod(annotations), '--audience=bao');
    const { objects: _, ...parameters } = classOf(text).spec.parameters;
    assert.deepEqual(parameters, {
      roleName: 'shop',
      vaultAddress: 'https://bao.example.com',
      vaultNamespace: 'team/a',
      vaultAuthMountPath: 'k8s/east',
      audience: 'bao',
      vaultTLSServerName: 'bao',
      vaultSkipTLSVerify: 'true',
    });
  });

  it('say of a template how it is read and what a missing key is', async () => {
    const { text } = await migrate(
      pod({
        'agent-inject-template-db': 'a [[ .b ]]',
        'agent-template-left-delim-db': '[[',
        'agent-template-right-delim-db': ']]',
        'error-on-missing-key-db': 'true',
      }),
    );
    assert.equal(
      classOf(text).spec.parameters.objects,
      [
        '- objectName: db',
        '  errorOnMissingKey: true',
        '  templateDelimiters:',
        '    - "[["',
        '    - "]]"',
        '  template: "a [[ .b ]]"\n',
      ].join('\n'),
    );
  });

  it('mount into init containers what these saw: the agent is the last of them, or the first', async () => {
    const spec =
      'initContainers: [{name: a, image: "a:1"}, {name: b, image: "b:1", restartPolicy: Always}]\n  containers: [{name: web, image: "web:1"}]';
    const mounts = async (annotations: Readonly<Record<string, string>>) => {
      const { text } = await migrate(pod(annotations, spec));
      const [one] = parseAllDocuments(text).map((document) => document.toJS());
      const all = [...one.spec.initContainers, ...one.spec.containers];
      return all.filter(({ volumeMounts = [] }) => volumeMounts.length > 0).map(({ name }) => name);
    };
    assert.deepEqual(await mounts({}), ['b', 'web']);
    assert.deepEqual(await mounts({ 'agent-init-first': 'true' }), ['a', 'b', 'web']);
    assert.deepEqual(await mounts({ 'agent-init-first': 'true', 'agent-pre-populate': 'false' }), ['web']);
  });

  for (const [name, annotations, says] of [
    [
      'a mode that others cannot read',
      { 'agent-inject-perms-db': '0640' },
      /"db": filePermission; the file belongs to root/,
    ],
    [
      'a mode that is none',
      { 'agent-inject-perms-db': '4755' },
      /error: "db": agent-inject-perms is no mode .*\[field\]/,
    ],
    ['an annotation of no file', { 'agent-inject-perms-x': '0644' }, /warning: no annotation names the secret "x"/],
    ['an unknown annotation', { 'agent-injekt': 'a' }, /warning: the injector knows no annotation "agent-injekt"/],
    [
      'an init container alone',
      { 'agent-pre-populate-only': 'true' },
      /warning: agent-pre-populate-only: the files follow/,
    ],
    ['no init container', { 'agent-pre-populate': 'false' }, /warning: agent-pre-populate: the files are there before/],
    ['two annotations of one file', { 'agent-inject-template-DB': ONE }, /error: another annotation makes "\/vault/],
    [
      'a name that is no address',
      { service: 'http://a\nb' },
      /error: service is "http:\/\/a\\u000ab", which is no address/,
    ],
    [
      'a container that is not there',
      { 'agent-inject-containers': 'web, other' },
      /the pod has no container " other" \[form\]/,
    ],
    ['a login by a secret', { 'auth-type': 'approle' }, /error: a login by "approle" has no place in a class/],
    [
      'a template that is no template',
      { 'agent-inject-template-db': '{{ with' },
      /error: line \d+ of the output: .*\[result-refused\]/,
    ],
    [
      'a function that nobody gives',
      { 'agent-inject-template-db': '{{ env "A" }}' },
      /"env" not defined; .*\[result-refused\]/,
    ],
    [
      'an odd default template',
      { 'agent-inject-secret-x': 'a', 'agent-inject-default-template': 'yaml' },
      /neither map nor json/,
    ],
  ] as const)
    it(`say where they are: ${name}`, async () => assert.match((await migrate(pod(annotations))).out, says));

  for (const [name, text] of [
    ['that are not to be injected', pod({ 'agent-inject': 'false' })],
    ['that were injected', pod({ 'agent-inject-status': 'injected' })],
  ] as const)
    it(`are left alone ${name}`, async () => {
      const ran = await migrate(text);
      assert.equal(ran.code, 0);
      assert.match(ran.out, /^.*:6:5: note: left as it is, as the injector leaves it.*\[left\]\n1 mapped/);
      assert.equal(ran.text, text);
    });

  for (const [name, text, says] of [
    [
      'of a Deployment itself',
      'kind: Deployment\nmetadata: {name: a, annotations: {PREFIXrole: a}}\n',
      /warning: the injector reads .* none of a "Deployment"/,
    ],
    [
      'of values of a chart',
      'podAnnotations: {PREFIXrole: a}\n',
      /error: "podAnnotations": values; migrate what "helm template"/,
    ],
    [
      'of a pod that another controller makes',
      'kind: A\nspec: {pod: {annotations: {PREFIXrole: a}}}\n',
      /error: "spec\.pod\.annotations": another/,
    ],
  ] as const)
    it(`are told of annotations ${name}`, async () => {
      const ran = await migrate(text.replace('PREFIX', PREFIX));
      assert.match(ran.out, says);
      assert.ok(ran.text.includes(PREFIX));
    });

  it('are not looked for if another system is asked for', async () => {
    const ran = await migrate(pod({}), '--from=external-secrets');
    assert.match(ran.out, /^nothing to migrate was found\nwritten to .*: 1 file\n$/);
  });

  it('take what the plugin fills in beside what the agent writes', async () => {
    const secret = 'kind: Secret\nmetadata: {name: s, namespace: shop}\nstringData: {a: <path:secret/data/a#a>}\n';
    const spec = `containers:
    - name: web
      image: web:1
      volumeMounts: [{name: s, mountPath: /s}]
  volumes:
    - name: s
      secret: {secretName: s}`;
    const ran = await migrate(`${secret}---\n${pod({}, spec)}`);
    assert.equal(ran.code, 0, ran.out);
    const documents = parseAllDocuments(ran.text).map((one) => one.toJS());
    assert.deepEqual(
      documents.map(({ kind }) => kind),
      ['SecretProviderClass', 'Pod', 'SecretProviderClass'],
    );
    assert.deepEqual(
      documents[1].spec.volumes.map((one: { csi: unknown }) => Object.keys(one)),
      [
        ['name', 'csi'],
        ['name', 'csi'],
      ],
    );
  });
});
