// A repository with every system in it, each in an app of its own, beside what the originals made of it: for the test that
// compares without a cluster, and for the step of the cluster suite.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { OpenBao } from '../harness/openbao.ts';
import { operatorData, VERSION } from './aws-model.ts';
import { readRecorded, sourceOf } from './recorded.ts';
import { readRecordedEso, secretOfCase, sourceOfCase } from './recorded-eso.ts';
import { injectorSource } from './recorded-injector.ts';
import { readRecorded as readRecordedSealed } from './recorded-sealed.ts';
import { readRecorded as readRecordedVso, sourceOf as sourceOfVso } from './recorded-vso.ts';

export interface App {
  readonly name: string;
  readonly text: string;
  /** What the original made of it, beside or in place of it; undefined: it stays, or no Secret is made of it. */
  readonly original?: string;
}

/** Names are the same in many cases. */
function inNamespace(text: string, namespace: string): string {
  return text
    .replace(/namespace: shop\b/g, `namespace: ${namespace}`)
    .replaceAll('"namespace":"shop"', `"namespace":"${namespace}"`);
}

export const AWS_VALUE = JSON.stringify({ user: 'ann', password: 'p "w"' });
const AWS_METADATA = { name: 'report', namespace: 'aws' };
const AWS = [
  {
    apiVersion: 'mumoshu.github.io/v1alpha1',
    kind: 'AWSSecret',
    metadata: AWS_METADATA,
    spec: { stringDataFrom: { secretsManagerSecretRef: { secretId: 'prod/report', versionId: VERSION } } },
  },
  {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'report', namespace: 'aws' },
    spec: {
      schedule: '0 1 * * *',
      jobTemplate: {
        spec: {
          template: {
            spec: {
              restartPolicy: 'Never',
              containers: [
                {
                  name: 'report',
                  image: 'report:1',
                  env: [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'report', key: 'password' } } }],
                },
              ],
            },
          },
        },
      },
    },
  },
]
  .map((one) => stringify(one))
  .join('---\n');
const AWS_SECRET = { kind: 'Secret', metadata: AWS_METADATA, stringData: operatorData(AWS_VALUE, VERSION) };
/** Its class is of another provider. */
export const AWS_ORIGINAL = `${AWS}---\n${stringify(AWS_SECRET)}`;
/** Of HashiCorp's provider, with what is not moved. */
const PEER = `apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass
metadata: {name: legacy, namespace: legacy}
spec:
  provider: vault
  parameters:
    roleName: legacy
    objects: |
      - {objectName: user, secretPath: secret/data/shop/db, secretKey: user}
---
apiVersion: v1
kind: Service
metadata: {name: legacy, namespace: legacy}
spec: {ports: [{port: 80}]}
---
apiVersion: external-secrets.io/v1alpha1
kind: PushSecret
metadata: {name: push, namespace: legacy}
`;
const AVP_CASES = ['connection-string', 'config-file', 'template-modifiers', 'two-accounts', 'same-name'];
const ESO_CASES = ['template-connection', 'template-merge', 'template-config-map', 'cluster-store-jwt', 'generator'];
export const INJECTOR_CASE = 'database-url';
const VSO_CASES = ['static-v2', 'transformation'];
/** Sealed for its namespace. */
const SEALED_CASE = 'plain';

export function readApps(): readonly App[] {
  const [plugin, operator, vso] = [readRecorded(), readRecordedEso(), readRecordedVso()];
  const sealed = readRecordedSealed().cases[SEALED_CASE] ?? assert.fail();
  return [
    ...AVP_CASES.map((name) => {
      const original = inNamespace(plugin.cases[name] ?? '', name);
      return { name, text: inNamespace(sourceOf(name), name), original };
    }),
    { name: 'stays', text: inNamespace(sourceOf('stays'), 'stays') },
    ...ESO_CASES.map((name) => {
      const text = inNamespace(sourceOfCase(name), name);
      return { name, text, original: `${text}---\n${inNamespace(secretOfCase(name, operator), name)}` };
    }),
    ...VSO_CASES.map((name) => {
      const text = inNamespace(sourceOfVso(name), name);
      return { name, text, original: text + inNamespace(vso.cases[name] ?? '', name) };
    }),
    { name: 'sealed', text: sealed.manifests, original: sealed.manifests + sealed.secrets },
    { name: 'injected', text: injectorSource(INJECTOR_CASE) },
    { name: 'aws', text: AWS },
    { name: 'legacy', text: PEER },
  ];
}

/** A folder of each, and the key of what is sealed. @returns the flags of `migrate` */
export function writeRepository(folder: string, apps: readonly App[]): readonly string[] {
  for (const { name, text } of apps) {
    mkdirSync(join(folder, 'apps', name), { recursive: true });
    writeFileSync(join(folder, 'apps', name, 'app.yaml'), text);
  }
  const key = join(folder, 'key.pem');
  writeFileSync(key, readRecordedSealed().key);
  return [join(folder, 'apps'), '--report=json', `--sealing-key=${key}`, '--write-store'];
}

/** Of the injected pod, before and after. */
export async function addInjectedRole(store: Pick<OpenBao, 'request'>): Promise<void> {
  await store.request('PUT', 'sys/policies/acl/shop-web', { policy: 'path "secret/*" { capabilities = ["read"] }' });
  await store.request('POST', 'auth/kubernetes/role/shop-web', {
    bound_service_account_names: ['web'],
    bound_service_account_namespaces: ['shop'],
    audience: 'vault',
    token_policies: ['shop-web'],
  });
}

/** What is not mapped of which app. */
export const LEFT: Readonly<Record<string, readonly string[]>> = {
  legacy: ['other-system'],
  stays: ['absent', 'form', 'literal', 'modifier', 'outside-data', 'text'],
};

/** The same, by the report. */
export function leftIn(report: string): Readonly<Record<string, readonly string[]>> {
  const { outcomes } = JSON.parse(report) as { outcomes: { level: string; rule: string; file: string }[] };
  const errors = outcomes.filter(({ level }) => level === 'error');
  const apps = Map.groupBy(errors, ({ file }) => file.split('/').at(-2) ?? '');
  return Object.fromEntries([...apps].map(([app, all]) => [app, [...new Set(all.map(({ rule }) => rule))].sort()]));
}
