// docs/dependencies.md against package.json, the licences in node_modules, and the bundle.
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, readPage } from './page.ts';

const PAGE = 'docs/dependencies.md';

describe('docs/dependencies.md', () => {
  const [named = '', rest = ''] = readPage(PAGE).split('## In the bundle\n');
  const bundled = rest.split(/^## /m)[0] ?? '';

  it('has each package of package.json, and no other', () => {
    const { devDependencies } = JSON.parse(readPage('package.json'));
    const { optionalDependencies } = JSON.parse(readPage('deploy/node/package.json'));
    const packages = Object.keys({ ...devDependencies, ...optionalDependencies });
    assert.deepEqual([...licencesIn(named).keys()].toSorted(), packages.toSorted());
  });

  it('has each package whose code is in the bundle, and no other', () => {
    const files = readdirSync(join(ROOT, 'dist')).filter((file) => file.endsWith('.js'));
    const text = files.map((file) => readPage(`dist/${file}`)).join('');
    const origins = text.matchAll(/^\/\/ node_modules\/((?:@[\w-]+\/)?[\w.-]+)\//gm);
    const packages = new Set([...origins].map(([, name = '']) => name));
    const standIns = /In place of (.+?) a line/s.exec(bundled)?.[1] ?? '';
    for (const name of namesIn(standIns)) packages.delete(name);
    assert.deepEqual([...licencesIn(bundled).keys()].toSorted(), [...packages].toSorted());
  });

  it("has each package's licence", () => {
    for (const part of [named, bundled]) {
      for (const [name, licence] of licencesIn(part)) assert.equal(licence, licenceOf(name), name);
    }
  });
});

/** By package, of the rows that begin with packages and their licence. */
function licencesIn(text: string): ReadonlyMap<string, string> {
  const rows = text.matchAll(/^\| (`.+?`) \| ([^|]+?) \|/gm);
  return new Map([...rows].flatMap(([, names = '', licence = '']) => namesIn(names).map((name) => [name, licence])));
}

function namesIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
}

/** The package for another kind of machine is not installed; the lock file knows it. */
function licenceOf(name: string): string {
  const path = `node_modules/${name}`;
  const isInstalled = existsSync(join(ROOT, path));
  if (isInstalled) return JSON.parse(readPage(`${path}/package.json`)).license;
  return JSON.parse(readPage('package-lock.json')).packages[path].license;
}
