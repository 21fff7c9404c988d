// The pictures of the docs say what the code says: rooms and states that there are, and the steps of the demo.
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { drawTerminal } from '../demo/terminal-picture.ts';
import { PAGES, ROOT, readPage } from './page.ts';

const FOLDER = 'docs/pictures';
const textsOf = (file: string) =>
  [...readPage(`${FOLDER}/${file}`).matchAll(/<text[^>]*>(.*?)<\/text>/g)].map(([, text = '']) =>
    text.replaceAll(/<[^>]*>/g, ''),
  );

describe('the pictures of the documentation', () => {
  it('are each on a page, and follow the reader to a dark theme', () => {
    for (const file of readdirSync(join(ROOT, FOLDER))) {
      assert.ok(
        PAGES.some((page) => readPage(page).includes(`pictures/${file})`)),
        file,
      );
      assert.match(readPage(`${FOLDER}/${file}`), /@media \(prefers-color-scheme: dark\)/);
    }
  });

  it('name rooms that there are', () => {
    const rooms = textsOf('mount.svg').filter((text) => text.startsWith('src/'));
    assert.equal(rooms.length, 12);
    for (const room of rooms) assert.ok(existsSync(join(ROOT, room)), room);
  });

  it('name the states of a lease and of a token', () => {
    const shown = textsOf('states.svg');
    for (const [file, name] of [
      ['lease/lease.ts', 'LeaseState'],
      ['session/token.ts', 'TokenState'],
    ] as const) {
      const line = new RegExp(`type ${name} = (.+);`).exec(readPage(`src/${file}`))?.[1] ?? '';
      const states = [...line.matchAll(/'(\w+)'/g)].map(([, state = '']) => state);
      assert.ok(states.length > 3, file);
      for (const state of states) assert.ok(shown.includes(state), state);
    }
  });

  it('show each step of the demo as it is now', () => {
    const shown = textsOf('demo.svg');
    const sources = readdirSync(join(ROOT, 'test/demo')).filter((name) => name.endsWith('.ts'));
    const headings = sources.flatMap((name) =>
      [...readPage(`test/demo/${name}`).matchAll(/screen\.heading\('([^']+)'\)/g)].map(([, text = '']) => text),
    );
    assert.ok(headings.length > 6);
    for (const heading of headings)
      assert.ok(
        shown.some((text) => text.endsWith(`. ${heading}`)),
        heading,
      );
  });
});

describe('the picture of a terminal', () => {
  const picture = drawTerminal('\u001b[1m1. <A> & "B"\u001b[22m\nplain\n\u001b[32m✓\u001b[39m done', 'a title', 2);

  it('has each line once, in the colours of its codes', () => {
    assert.match(picture, /<tspan class="bold">1\. &lt;A> &amp; &quot;B&quot;<\/tspan>/);
    assert.match(picture, /<tspan>plain<\/tspan>/);
    assert.match(picture, /<tspan class="green">✓<\/tspan><tspan> done<\/tspan>/);
    assert.equal(picture.includes('\u001b'), false);
  });

  it('begins with the first line at the bottom and ends with all on the screen', () => {
    const at = [...picture.matchAll(/^([\d.]+)% \{ transform: translateY\(([\d.-]+)px\) \}$/gm)].map((frame) =>
      frame.slice(1).map(Number),
    );
    assert.deepEqual(
      at.map(([, y]) => y),
      [570, 552, 534],
    );
    assert.equal(at[0]?.[0], 0);
    assert.ok((at[2]?.[0] ?? 100) < 100);
  });
});
