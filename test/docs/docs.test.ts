// What the documentation says against what the code does.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { putLibraries } from '../../src/check/libraries.ts';
import { COMMANDS } from '../../src/cli/commands.ts';
import type { Flag } from '../../src/cli/flags.ts';
import { metricTable } from '../../src/observe/metric-table.ts';
import { ObjectCache } from '../../src/plan/object-cache.ts';
import { parsePlan } from '../../src/plan/parse-plan.ts';
import { Secret } from '../../src/secret.ts';
import { toRequest } from '../harness/driver.ts';
import { assertMade, PAGES, ROOT, readPage } from './page.ts';
import { TABLES } from './tables.ts';

/** Flags of node, the bench and chaos. */
const NODE_FLAGS = new Set([
  'disable-sigusr1',
  'max-semi-space-size',
  'max-old-space-size',
  'single-threaded-gc',
  'no-parallel-scavenge',
  'no-concurrent-recompilation',
  'cpu-prof',
  'quick',
  'write',
  'rounds',
  'base',
  'peer',
]);

describe('the documentation', () => {
  before(() => putLibraries());

  for (const [place, make] of Object.entries(TABLES)) {
    it(`has the table of the code: ${place}`, () => {
      const [, page = '', name = ''] = /^(\S+) (.+)$/.exec(place) ?? [];
      assertMade(`docs/${page}`, `<!-- table: ${name} -->\n`, '<!-- end -->', `${make()}\n`);
    });
  }

  it('links only to pages and sections that are there', () => {
    for (const page of PAGES) {
      for (const [, target = ''] of readPage(page).matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^https?:/.test(target)) continue;
        const [file = '', section] = target.split('#');
        const path = file === '' ? join(ROOT, page) : resolve(ROOT, dirname(page), file);
        assert.ok(existsSync(path), `${page} links to ${target}`);
        if (section === undefined) continue;
        const names = [...readFileSync(path, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, name = '']) => toAnchor(name));
        assert.ok(names.includes(section), `${page} links to ${target}`);
      }
    }
  });

  it('names only files of the project that are there', () => {
    for (const page of PAGES) {
      for (const [, path = ''] of readPage(page).matchAll(/`((?:src|test|bench|deploy|proto)\/[\w./-]+)`/g)) {
        assert.ok(existsSync(join(ROOT, path)), `${page} names ${path}`);
      }
    }
  });

  it('names only metrics and flags that are there', () => {
    const metrics = new Set(metricTable().map(({ name }) => name));
    const flags = new Set(COMMANDS.flatMap((command) => command.flags.flatMap(namesOf)));
    for (const page of PAGES) {
      for (const [, name = ''] of readPage(page).matchAll(/\b(secretmount_[a-z_]+)/g)) {
        assert.ok(metrics.has(name), `${page} names the metric ${name}`);
      }
      for (const [, name = ''] of readPage(page).matchAll(/`--([a-z][a-z-]*)(?==|`)/g)) {
        assert.ok(flags.has(name) || NODE_FLAGS.has(name), `${page} names the flag --${name}`);
      }
    }
  });

  it('shows only classes that parse', () => {
    let shown = 0;
    for (const page of PAGES) {
      for (const [, yaml = ''] of readPage(page).matchAll(/^```yaml\n(.*?)^```/gms)) {
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
              classAudience: undefined,
              tlsDirs: undefined,
              deniesSkipVerify: false,
            },
            new ObjectCache(),
          );
          assert.deepEqual(plan.warnings, [], page);
        }
      }
    }
    assert.ok(shown >= 1);
  });
});

function namesOf({ name, aliases = [] }: Flag): readonly string[] {
  return [name, ...aliases];
}

/** As GitHub makes them of headings. */
function toAnchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}
