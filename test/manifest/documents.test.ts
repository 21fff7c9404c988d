// That a file can be written back from its documents, with all that its author put into it.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDocuments, splitDocuments } from '../../src/manifest/documents.ts';
import { mapAt } from '../../src/manifest/nodes.ts';

const CORPUS = join(import.meta.dirname, '../check/corpus');

const CLASS = `# Ours, ask Ann before you change it.
apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass   # the driver's
metadata: {name: app, namespace: shop}

spec:
  parameters:
    roleName: "app" # of auth/kubernetes
    objects: |
      - objectName: a
        # read by the worker alone
        secretPath: secret/data/app
  provider: vault
`;

const texts: Record<string, string> = {
  'nothing at all': '',
  'comments alone': '# one\n\n# two',
  'no line end at the end': CLASS.trimEnd(),
  'line ends of Windows': CLASS.replaceAll('\n', '\r\n'),
  'a byte order mark': `\u{feff}${CLASS}`,
  'several documents, and marks of their ends': `---\n${CLASS}...\n---\n# empty\n--- # one more\n${CLASS}---\n`,
  'a mark within a block of text': 'a: |\n  ---\n--- text\n---no mark\n',
  'a template': '{{- if .Values.on }}\n---\nkind: {{ .Kind }}\n{{- end }}\n',
};
for (const file of readdirSync(CORPUS, { recursive: true, encoding: 'utf8' }))
  if (/\.(ya?ml|json)$/.test(file)) texts[file] = readFileSync(join(CORPUS, file), 'utf8');

describe('the documents of a file', () => {
  it('put together again are the file, byte for byte', () => {
    assert.ok(Object.keys(texts).length > 20, 'the corpus is there');
    for (const [name, text] of Object.entries(texts)) {
      const parts = [...splitDocuments(text)];
      assert.equal(parts.map((part) => part.text).join(''), text, name);
      const told = parts.map(({ linesBefore }) => linesBefore);
      const lines = parts.map(
        (_, index) => parts.slice(0, index).flatMap((part) => part.text.match(/\n/g) ?? []).length,
      );
      assert.deepEqual(told, lines, name);
    }
  });

  it('let a value be replaced where it stands, and all else as it was', () => {
    const text = texts['several documents, and marks of their ends'] ?? '';
    const documents = readDocuments({ name: 'app.yaml', text }, ({ message }) => assert.fail(message));
    assert.equal(documents.length, 2);
    const changed = documents.reduce((written, document) => {
      const provider = mapAt(document.root, 'spec')?.fields.get('provider')?.value;
      assert.ok(provider?.kind === 'scalar');
      const lines = written.split('\n');
      const index = document.linesBefore + provider.at.line - 1;
      const start = provider.at.column - 1;
      const line = lines[index] ?? '';
      lines[index] = `${line.slice(0, start)}openbao${line.slice(start + provider.text.length)}`;
      return lines.join('\n');
    }, text);
    assert.equal(changed, text.replaceAll('provider: vault', 'provider: openbao'));
  });
});
