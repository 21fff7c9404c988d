// What the documentation says against what the code does.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { REASONS } from '../../src/errors.ts';
import { ObjectCache } from '../../src/plan/object-cache.ts';
import { parsePlan } from '../../src/plan/parse-plan.ts';
import { Secret } from '../../src/secret.ts';
import { toRequest } from '../harness/driver.ts';
import { TABLES } from './tables.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (page: string) => readFileSync(join(root, page), 'utf8');
const pages = [
  'README.md',
  'CHANGELOG.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];

describe('the documentation', () => {
  for (const [place, make] of Object.entries(TABLES)) {
    it(`has the table of the code: ${place}`, () => {
      const [page = '', name = ''] = place.split(' ');
      const path = join(root, 'docs', page);
      const text = readFileSync(path, 'utf8');
      const mark = `<!-- table: ${name} -->\n`;
      const from = text.indexOf(mark) + mark.length;
      const to = text.indexOf('<!-- end -->', from);
      assert.ok(from >= mark.length && to >= from, 'the marks are there');
      const made = `${make()}\n`;
      if (process.env['UPDATE_DOCS']) writeFileSync(path, text.slice(0, from) + made + text.slice(to));
      else assert.equal(text.slice(from, to), made, 'run UPDATE_DOCS=1 npm test');
    });
  }

  it('has a section for each reason, and for no other', () => {
    const sections = [...read('docs/errors.md').matchAll(/^## (.+)$/gm)].map(([, name]) => name);
    assert.deepEqual(sections.toSorted(), Object.keys(REASONS).toSorted());
  });

  it('gives a reason for each package of package.json, and for no other', () => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read('package.json'));
    const packages = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });
    const rows = [...read('docs/dependencies.md').matchAll(/^\| (`.+?`) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
    );
    assert.deepEqual(rows.toSorted(), packages.toSorted());
  });

  it('links only to pages and sections that are there', () => {
    for (const page of pages) {
      for (const [, target = ''] of read(page).matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^https?:/.test(target)) continue;
        const [file = '', section] = target.split('#');
        const path = file === '' ? join(root, page) : resolve(root, dirname(page), file);
        assert.ok(existsSync(path), `${page} links to ${target}`);
        if (section === undefined) continue;
        const names = [...readFileSync(path, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, name = '']) => toAnchor(name));
        assert.ok(names.includes(section), `${page} links to ${target}`);
      }
    }
  });

  it('names only files of the project that are there', () => {
    for (const page of pages) {
      for (const [, path = ''] of read(page).matchAll(/`((?:src|test|bench|deploy|proto)\/[\w./-]+)`/g)) {
        assert.ok(existsSync(join(root, path)), `${page} names ${path}`);
      }
    }
  });

  it('shows only classes that parse', () => {
    let shown = 0;
    for (const page of pages) {
      for (const [, yaml = ''] of read(page).matchAll(/^```yaml\n(.*?)^```/gms)) {
        for (const document of parseAllDocuments(yaml)) {
          const { kind, metadata, spec } = document.toJS();
          if (kind !== 'SecretProviderClass') continue;
          shown += 1;
          const wire = toRequest({ parameters: spec.parameters, className: metadata.name });
          const plan = parsePlan(
            {
              attributes: new Secret(wire['attributes'] ?? ''),
              secrets: new Secret('null'),
              targetPath: wire['targetPath'] ?? '',
              permission: '420',
            },
            {
              store: { address: '', namespace: '', tls: { skipVerify: false } },
              mount: 'kubernetes',
              audience: 'vault',
              tlsDir: undefined,
            },
            new ObjectCache(),
          );
          assert.deepEqual(plan.warnings, [], page);
        }
      }
    }
    assert.ok(shown >= 1);
  });

  it('has the two commands that CI runs as they stand in the README', () => {
    for (const name of ['test', 'demo']) {
      const command = new RegExp(`<!-- command: ${name} -->\\n\`\`\`sh\\n(npm ci && npm .+)\\n\`\`\``).exec(
        read('README.md'),
      );
      assert.ok(command, name);
    }
  });
});

/** As GitHub makes them of headings. */
function toAnchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}
