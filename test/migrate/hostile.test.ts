// What somebody could put into a repository to hurt whoever migrates it: each ends soon, with a clear error or a report,
// and nothing is written half.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { migrate } from '../../src/migrate/migrate.ts';
import { Folder } from '../check/run-check.ts';
import { assertCheap, cpuMs } from '../harness/cpu-time.ts';
import { mutate } from '../plan/hostile-class.ts';
import { Random } from '../plan/random.ts';
import { CASES, sourceOf } from './recorded.ts';
import { INJECTOR_FOLDER } from './recorded-injector.ts';
import { runMigrate } from './world.ts';

const ESO = join(import.meta.dirname, 'eso');
const SECONDS = Number(process.env['FUZZ_SECONDS'] ?? 2);
const SEED = process.env['FUZZ_SEED'];
/** Processor time; far more than any takes. */
const LIMIT_MS = 10_000;
const SETUP = {
  address: undefined,
  storeNamespace: undefined,
  authMount: undefined,
  audience: undefined,
  kvVersion: '2',
  namespace: 'default',
  isNamespaceGiven: true,
  isSyncOnly: false,
  isImproving: true,
  known: new Map(),
  sealed: { keys: [], mount: 'secret', isWritten: false },
  from: undefined,
};

const bomb = `a: &a0 [x, x]\n${Array.from({ length: 40 }, (_, at) => `b${at}: &a${at + 1} [*a${at}, *a${at}]\n`).join('')}`;
const secret = (text: string) => `kind: Secret\nmetadata: {name: a}\nstringData:\n  a: ${JSON.stringify(text)}\n`;

/** @param spec in brackets. */
const externalSecret = (spec: string) =>
  `apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: a}\nspec: ${spec}\n---\nkind: Pod\nspec: {containers: [{name: a, envFrom: [{secretRef: {name: a}}]}]}\n`;

const TEXTS: Readonly<Record<string, string>> = {
  'aliases that grow': bomb,
  'an anchor within itself': 'kind: Secret\nstringData: &a {a: *a}\n',
  'an anchor in a placeholder': 'kind: Secret\nstringData: {a: &a "<path:a/b#c>", b: *a}\nmetadata: {name: a}\n',
  'a deep nest': `kind: Secret\nstringData: ${'['.repeat(100_000)}\n`,
  'many open marks': secret('<'.repeat(1_000_000)),
  'many halves of a placeholder': secret('<path:'.repeat(300_000)),
  'many halves of a placeholder and a mark': secret(`${'<path:'.repeat(300_000)}a#b`),
  'many open marks beside the annotation':
    `${secret('<'.repeat(1_000_000))}metadata: {annotations: {avp.kubernetes.io/path: a/b}}\n`.replace(
      'metadata: {name: a}\n',
      '',
    ),
  'one placeholder of many': `kind: Secret\nmetadata: {name: a, annotations: {avp.kubernetes.io/path: a/b}}\nstringData: {a: "<${'path:'.repeat(200_000)}>"}\n`,
  'many marks of a key': secret(`<path:${'a#'.repeat(30_000)}`),
  'many placeholders': secret('<path:a/b#c>'.repeat(30_000)),
  'many modifiers': secret(`<path:a/b#c${'|base64encode'.repeat(30_000)}>`),
  'names of prototypes':
    'kind: Secret\nmetadata: {name: __proto__, labels: {__proto__: a, constructor: b}}\nstringData: {__proto__: "<path:a/b#__proto__>", constructor: "<path:a/b#c>"}\n---\nkind: Pod\nspec: {containers: [{name: a, envFrom: [{secretRef: {name: __proto__}}]}]}\n',
  'kinds and fields of prototypes':
    'kind: constructor\nmetadata: {name: a, annotations: {avp.kubernetes.io/constructor: a, avp.kubernetes.io/path: b}}\ndata: {a: "<c>"}\n---\napiVersion: external-secrets.io/v1\nkind: SecretStore\nmetadata: {name: a}\nspec: {provider: {vault: {constructor: a, toString: {}}}}\n---\nkind: Secret\nmetadata: {name: a, annotations: {avp.kubernetes.io/constructor: a}}\nstringData: {a: "<path:a/b#c | constructor>"}\n',
  'many annotations of the injector': `kind: Pod
metadata:
  name: a
  annotations:
    vault.hashicorp.com/agent-inject: "true"
    vault.hashicorp.com/role: r
${Array.from({ length: 5000 }, (_, at) => `    vault.hashicorp.com/agent-inject-template-a${at}: '{{ with secret "a/b" }}{{ .Data.c }}{{ end }}'\n`).join('')}spec: {containers: [{name: a, image: a:1}]}
`,
  'a template of many actions': `kind: Pod
metadata:
  name: a
  annotations:
    vault.hashicorp.com/agent-inject: "true"
    vault.hashicorp.com/role: r
    vault.hashicorp.com/agent-inject-template-a: ${JSON.stringify('{{ with secret "a/b" }}'.repeat(200_000))}
    vault.hashicorp.com/agent-inject-template-b: ${JSON.stringify('{{ ('.repeat(200_000))}
spec: {containers: [{name: a, image: a:1}]}
`,
  'long names of annotations': `kind: ${'K'.repeat(5000)}
metadata: {annotations: {vault.hashicorp.com/role: a}}
${'a'.repeat(5000)}: {vault.hashicorp.com/role: a}
---
kind: Pod
metadata:
  name: a
  annotations:
    vault.hashicorp.com/agent-inject: "true"
    vault.hashicorp.com/agent-inject-command-${'b'.repeat(5000)}: a
    vault.hashicorp.com/agent-inject-perms-${'c'.repeat(5000)}: a
    vault.hashicorp.com/agent-inject-secret-${'c'.repeat(5000)}: a
    vault.hashicorp.com/auth-config-${'d'.repeat(5000)}: a
    vault.hashicorp.com/${'e'.repeat(5000)}: a
spec: {containers: [{name: a, image: a:1}]}
`,
  'annotations of prototypes':
    'kind: Pod\nmetadata: {name: a, annotations: {vault.hashicorp.com/agent-inject: "true", vault.hashicorp.com/constructor: a, vault.hashicorp.com/__proto__: b, vault.hashicorp.com/agent-inject-template-__proto__: "x", vault.hashicorp.com/agent-inject-default-template: constructor, vault.hashicorp.com/agent-inject-secret-a: b}}\nspec: {containers: [{name: a, image: a:1}]}\n',
  'template code': '{{ range $i := until 1000000000 }}\nkind: Secret\n{{ end }}\n',
  'a custom tag': '!!js/function "kind"\n',
  'many documents': '---\nkind: Secret\nstringData: {a: "<path:a/b#c>"}\nmetadata: {name: a}\n'.repeat(3000),
  'many users of one Secret': `${secret('<path:a/b#c>')}${'---\nkind: Pod\nspec: {containers: [{name: a, envFrom: [{secretRef: {name: a}}]}]}\n'.repeat(3000)}`,
  'many values in one text': secret(Array.from({ length: 30_000 }, (_, at) => `a<path:a/b#${at}>`).join('')),
  'a long JSONPath': secret(`<path:a/b#c | jsonPath {${'.a'.repeat(100_000)}}>`),
  'many JSONPaths': secret(`<path:a/b#c | jsonPath ${'{.a} '.repeat(30_000)}>`),
  'an open JSONPath': secret(`<path:a/b#c | jsonPath {"${'\\'.repeat(100_000)}>`),
  'an indent of many': secret('<path:a/b#c | indent 999999999>'),
  'a deep template': externalSecret(`{target: {template: {data: {a: "${'{{ ('.repeat(100_000)}"}}}}`),
  'many branches of a template': externalSecret(`{target: {template: {data: {a: "${'{{ if .a }}'.repeat(50_000)}"}}}}`),
  'a template that calls itself': externalSecret(
    `{target: {template: {data: {a: '{{ define "a" }}{{ template "a" . }}{{ .b }}{{ end }}{{ template "a" . }}'}}}}`,
  ),
  'many templates': externalSecret(
    `{target: {template: {data: {${Array.from({ length: 20_000 }, (_, at) => `a${at}: "{{ .b }}"`).join(', ')}}}}}`,
  ),
  'a literal of many blocks': externalSecret(
    `{target: {template: {templateFrom: [{literal: ${JSON.stringify('a: |\n  b\n\n\n'.repeat(50_000))}}]}}}`,
  ),
  'an expression that grows': externalSecret(
    '{dataFrom: [{extract: {key: a}, rewrite: [{regexp: {source: "((((a{99}){99}){99}){99}){99}", target: "$1"}}]}]}',
  ),
  'many rewrites': externalSecret(
    `{dataFrom: [{extract: {key: a}, rewrite: [${'{regexp: {source: "(a)(b)?", target: "$1$name"}},'.repeat(10_000)}]}]}`,
  ),
  'an AWSSecret of another form':
    'apiVersion: mumoshu.github.io/v1alpha1\nkind: AWSSecret\nmetadata: {name: a}\nspec: {stringDataFrom: [a], type: {a: b}, metadata: c}\n---\nkind: Pod\nspec: {containers: [{name: a, env: [{name: b, valueFrom: {secretKeyRef: {name: a, key: __proto__}}}]}]}\n',
  'a class of many objects': `kind: SecretProviderClass\nmetadata: {name: a}\nspec:\n  provider: vault\n  parameters:\n    objects: |\n${'      - {objectName: a, secretPath: a/creds/b}\n'.repeat(20_000)}`,
  'objects of another form':
    'kind: SecretProviderClass\nspec: {provider: vault, parameters: {objects: "- [a]\\n- {secretPath: {a: b}}\\n- {}\\n- secretPath:\\n- {secretPath: \\"a\\\\nb\\"}\\n"}}\n',
  'no YAML at all': '\0'.repeat(10_000),
  'half characters': secret('\ud800<path:a/\udc00#b>'),
};

describe('hostile manifests, migrated', function () {
  this.timeout(120_000);
  let folder: Folder;
  beforeEach(() => {
    folder = new Folder();
  });
  afterEach(() => folder.remove());

  for (const [name, text] of Object.entries(TEXTS))
    it(`end soon: ${name}`, () =>
      assertCheap(LIMIT_MS, () => {
        const startMs = cpuMs();
        const { files, outcomes } = migrate([{ name: 'a.yaml', text }], SETUP);
        assert.equal(files.length, 1);
        for (const { message } of outcomes) assert.ok(message.length < 1024, message);
        return cpuMs() - startMs;
      }));

  it('of 100 MB are refused before they are read, and nothing is written', async () => {
    const file = folder.write('large.yaml', '');
    truncateSync(file, 100 * 1024 * 1024);
    const out = join(folder.path, 'out');
    const ran = await runMigrate(file, '--out', out);
    assert.equal(ran.code, 2);
    assert.match(ran.err, /large\.yaml is larger than 32 MiB; split it/);
    assert.ok(!existsSync(out));
  });

  it('keep a path that is more than a path from classes, policies and shells', async () => {
    const paths = [
      'a/$(id)',
      "a/'; id; '",
      'a/*',
      'a/+/b',
      'a/../b',
      'a/b?x=1',
      'a/%2e',
      'a/"b',
      'a/\\nb',
      'a/$(b)',
      'a/`id`',
      'a/\u202eb',
    ];
    const data = paths.map((path, index) => `  k${index}: ${JSON.stringify(`<path:${path}#key>`)}\n`).join('');
    const pod = 'kind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, envFrom: [{secretRef: {name: a}}]}]}\n';
    const secrets = paths.map(
      (path, index) =>
        `kind: Secret\nmetadata: {name: s${index}}\nstringData: {k: ${JSON.stringify(`<path:${path}#key>`)}}\n`,
    );
    const text = [`kind: Secret\nmetadata: {name: a}\nstringData:\n${data}`, pod, ...secrets].join('---\n');
    const out = join(folder.path, 'out');
    const ran = await runMigrate(folder.write('a.yaml', text), '--out', out, '--sync-only');
    assert.equal(ran.code, 1);
    const script = existsSync(join(out, 'store-roles.sh')) ? readFileSync(join(out, 'store-roles.sh'), 'utf8') : '';
    assert.doesNotMatch(script, /\$\(id|; id|\*|\.\.|`|%2e|\$\{b/);
  });

  it('name accounts, namespaces and Secrets only as Kubernetes does', async () => {
    const bad = ['a"b', "a';id;'", 'a\nb', 'A', '$(x)', '../x'];
    const texts = bad.flatMap((name, index) => {
      const text = JSON.stringify(name);
      const pod = (where: string, secretName: string) =>
        `kind: Pod\nmetadata: {name: p}\nspec: {${where}containers: [{name: a, envFrom: [{secretRef: {name: ${secretName}}}]}]}\n`;
      return [
        `kind: Secret\nmetadata: {name: a${index}}\nstringData: {k: "<path:a/b#c>"}\n`,
        pod(`serviceAccountName: ${text}, `, `a${index}`),
        `kind: Secret\nmetadata: {name: ${text}}\nstringData: {k: "<path:a/b#c>"}\n`,
        pod('', text),
        `kind: Secret\nmetadata: {name: b${index}, namespace: ${text}}\nstringData: {k: "<path:a/b#c>"}\n`,
        pod('', `b${index}`),
      ];
    });
    const out = join(folder.path, 'out');
    const ran = await runMigrate(folder.write('a.yaml', texts.join('---\n')), '--out', out);
    assert.equal(ran.code, 1);
    assert.ok(!existsSync(join(out, 'store-roles.sh')), ran.out);
  });

  it('name a store only by what is an address', async () => {
    const texts = ['a\nid', 'http://a\n; id', 'http://a b', '\u001b[31m'].flatMap((server, index) => [
      `apiVersion: external-secrets.io/v1\nkind: SecretStore\nmetadata: {name: s${index}}\nspec: {provider: {vault: {server: ${JSON.stringify(server)}, auth: {kubernetes: {role: r}}}}}\n`,
      `apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: e${index}}\nspec: {secretStoreRef: {name: s${index}}, data: [{secretKey: a, remoteRef: {key: a/b, property: c}}]}\n`,
      `kind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, envFrom: [{secretRef: {name: e${index}}}]}]}\n`,
    ]);
    const out = join(folder.path, 'out');
    const ran = await runMigrate(folder.write('a.yaml', texts.join('---\n')), '--out', out);
    assert.equal(ran.code, 1);
    assert.ok(!existsSync(join(out, 'store-roles.sh')), ran.out);
  });

  it('never make it throw, whatever a file holds', function () {
    this.timeout(SECONDS * 1000 + 120_000);
    const folders = [ESO, INJECTOR_FOLDER].flatMap((path) => readdirSync(path).map((file) => join(path, file)));
    const texts = [...CASES.map(sourceOf), ...folders.map((file) => readFileSync(file, 'utf8'))];
    const until = Date.now() + SECONDS * 1000;
    let seed = SEED === undefined ? Date.now() % 1_000_000 : Number(SEED);
    do {
      const random = new Random(seed);
      const text = mutate(random, random.pick(texts));
      try {
        const { files } = migrate([{ name: 'a.yaml', text }], SETUP);
        assert.equal(files[0]?.before, text);
      } catch (thrown) {
        throw new Error(`FUZZ_SEED=${seed}`, { cause: thrown });
      }
      seed += 1;
    } while (SEED === undefined && Date.now() < until);
  });
});
