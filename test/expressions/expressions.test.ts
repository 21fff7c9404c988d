// No expression of src/ goes back over a text: whoever writes the text could make it read the same characters again
// and again, and the event loop waits for that.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findSlowText } from './attack.ts';
import { findLiterals } from './literals.ts';

const src = resolve(import.meta.dirname, '../../src');

interface Found {
  readonly where: string;
  readonly expression: RegExp;
}

function sources(): readonly { readonly file: string; readonly text: string }[] {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .map((file) => ({ file, text: readFileSync(join(src, file), 'utf8') }));
}

function allExpressions(): readonly Found[] {
  return sources().flatMap(({ file, text }) =>
    findLiterals(text).map(({ line, expression }) => ({ where: `${file}:${line}`, expression })),
  );
}

/** They read texts of 1,000 characters at most, and go back over those as little as they can. */
const BOUNDED: ReadonlySet<string> = new Set(['template/functions/semver-constraint.ts']);

/** By the file itself, not by those that it imports. */
async function madeAtLoad(file: string): Promise<readonly RegExp[]> {
  const url = pathToFileURL(join(src, file)).href;
  await import(url);
  const made: RegExp[] = [];
  const ordinary = globalThis.RegExp;
  globalThis.RegExp = new Proxy(ordinary, {
    construct(target, args: [string | RegExp, string?]) {
      const one = new target(...args);
      made.push(one);
      return one;
    },
  });
  try {
    await import(`${url}?again`);
  } finally {
    globalThis.RegExp = ordinary;
  }
  return made;
}

/** Expressions that stood in src/, and two of the books. */
const SLOW: readonly RegExp[] = [
  /\d+ errors? occurred: \* /g,
  /^0\d*[89]\d*$/,
  /\/+$/,
  /[,;]?\s*[([]?\brequest[ _-]?id/gi,
  /^(a+)+$/,
  /(\w|\d)*!/,
];

describe('the regular expressions of src/', function () {
  this.timeout(120_000);

  it('read every text once', () => {
    const found = allExpressions();
    // Were none found, nothing would be tried.
    assert.ok(found.length > 80, `${found.length}`);
    const slow = found.flatMap(({ where, expression }) => {
      const text = findSlowText(expression);
      return text === undefined ? [] : [`${where} ${expression} on ${JSON.stringify(text.slice(0, 40))}...`];
    });
    assert.deepEqual(slow, []);
  });

  for (const expression of SLOW)
    it(`would be told from ${expression}, which does not`, () => assert.notEqual(findSlowText(expression), undefined));

  it('are written down or put together when a file is loaded, but for the one that is a value of a request itself', async () => {
    const slow: string[] = [];
    const late: string[] = [];
    for (const { file, text } of sources()) {
      const written = text.match(/\bRegExp\(/g)?.length ?? 0;
      if (written === 0) continue;
      const made = await madeAtLoad(file);
      if (made.length < written) late.push(file);
      if (BOUNDED.has(file)) continue;
      slow.push(...made.filter((one) => findSlowText(one) !== undefined).map((one) => `${file} ${one}`));
    }
    assert.deepEqual(late, ['vault/store-message.ts']);
    assert.deepEqual(slow, []);
  });

  it('are all seen, beside strings, templates, comments and divisions', () => {
    const text = String.raw`const a = '/no/' + "/no/"; // /no/
      /* /no/ */ const b = c / d / e; const f = (g) / h / 2;
      const i = ^/no/ #{j.replace(/yes\/[/]1/g, ^#{"/no/"}^)} /no/^;
      return /yes2/u.test(k) ? [/yes3/, l[0] / 2 / 3] : m;`
      .replaceAll('^', '`')
      .replaceAll('#', '$');
    const expressions = findLiterals(text).map(({ line, expression }) => `${line} ${expression}`);
    assert.deepEqual(expressions, ['3 /yes\\/[/]1/g', '4 /yes2/u', '4 /yes3/']);
  });
});
