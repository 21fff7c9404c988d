// `node test/migrate/record-sealed.ts`: kubeseal seals the values of the cases with a new key, and opens them again. Kept as
// data, so that nobody else needs to build it.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Document, isMap, parseAllDocuments, type YAMLMap } from 'yaml';
import { fetchKubeseal, findKubeseal, KUBESEAL_VERSION } from '../harness/kubeseal-binary.ts';
import { CASES, RECORDED, type RecordedSealed, type SealedCase, sourceOf } from './recorded-sealed.ts';

await fetchKubeseal((line) => console.log(line));
const kubeseal = (await findKubeseal()) ?? '';
const folder = mkdtempSync(join(tmpdir(), 'record-sealed-'));
const [key, certificate, plain] = ['key.pem', 'certificate.pem', 'plain'].map((file) => join(folder, file)) as [
  string,
  string,
  string,
];
try {
  const wish = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=test', '-days', '3650'];
  execFileSync('openssl', ['req', ...wish, '-keyout', key, '-out', certificate], { stdio: 'ignore' });
  const recorded: RecordedSealed = {
    version: KUBESEAL_VERSION,
    key: readFileSync(key, 'utf8'),
    cases: Object.fromEntries(CASES.map((name) => [name, sealCase(sourceOf(name))])),
  };
  writeFileSync(RECORDED, `${JSON.stringify(recorded, undefined, 1)}\n`);
} finally {
  rmSync(folder, { recursive: true });
}

function sealCase(text: string): SealedCase {
  const documents = parseAllDocuments(text) as Document[];
  const sealed = documents.flatMap(sealedIn);
  for (const one of sealed) sealValues(one);
  const secrets = sealed.map((one) => open(JSON.stringify(one.toJSON())));
  return { manifests: documents.map(String).join(''), secrets: secrets.map((secret) => `---\n${secret}`).join('') };
}

function sealedIn({ contents }: Document): YAMLMap[] {
  if (!isMap(contents)) return [];
  const items = contents.get('items') as { items: YAMLMap[] } | undefined;
  return [contents, ...(items?.items ?? [])].filter((one) => one.get('kind') === 'SealedSecret');
}

function sealValues(sealed: YAMLMap): void {
  const { metadata, spec } = sealed.toJSON();
  const isOn = (scope: string) => metadata.annotations?.[`sealedsecrets.bitnami.com/${scope}`] === 'true';
  const scope = ['cluster-wide', 'namespace-wide'].find(isOn) ?? 'strict';
  const { name, namespace = 'default' } = metadata;
  const flags = ['--raw', `--cert=${certificate}`, `--scope=${scope}`, `--name=${name}`, `--namespace=${namespace}`];
  for (const [field, value] of Object.entries<string>(spec.encryptedData)) {
    const input = value.startsWith('base64:') ? Buffer.from(value.slice('base64:'.length), 'base64') : value;
    writeFileSync(plain, input);
    const text = execFileSync(kubeseal, [...flags, `--from-file=${plain}`], { encoding: 'utf8' });
    sealed.setIn(['spec', 'encryptedData', field], text.trim());
  }
}

/** Without a namespace of its own the manifest is applied to the default one. */
function open(sealed: string): string {
  const parsed = JSON.parse(sealed);
  const input = JSON.stringify({ ...parsed, metadata: { namespace: 'default', ...parsed.metadata } });
  const flags = ['--recovery-unseal', `--recovery-private-key=${key}`];
  return execFileSync(kubeseal, flags, { input, encoding: 'utf8' });
}
