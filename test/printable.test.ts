// The one way in which a foreign text is made fit for a line of ours.
import assert from 'node:assert/strict';
import { printable, printableLines } from '../src/printable.ts';

const C1 = Array.from({ length: 32 }, (_, index) => String.fromCharCode(0x80 + index)).join('');
const DIRECTIONS = '\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069';

describe('printable', () => {
  it('leaves a text of any language as it is', () => {
    const text = 'Grüße, 世界 🎉 עברית: a#b #c "d" \\e';
    assert.equal(printable(text), text);
  });

  it('escapes every control character, also those of one byte beyond ASCII', () => {
    const controls = `${Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)).join('')}\x7f${C1}`;
    assert.match(printable(controls), /^(\\u00[0-9a-f]{2}){65}$/);
    assert.equal(printable('\x1b]0;t\x07\x9b31m'), '\\u001b]0;t\\u0007\\u009b31m');
  });

  it('escapes what turns the direction, what is invisible and half characters', () => {
    assert.match(printable(DIRECTIONS), /^(\\u[0-9a-f]{4}){12}$/);
    assert.equal(printable('a\u200bb\u2028c\u2029d\ufeff'), 'a\\u200bb\\u2028c\\u2029d\\ufeff');
    assert.equal(printable('\ud83c x \udf89'), '\\ud83c x \\udf89');
    assert.equal(printable('a\u00a0b\u3164c\u2800d\u2003'), 'a\\u00a0b\\u3164c\\u2800d\\u2003');
    assert.equal(printable('❤\ufe0f a\ufe0f'), '❤\ufe0f a\\ufe0f');
    // A tag character, which takes two units.
    assert.equal(printable('\u{e0041}'), '\\udb40\\udc41');
  });

  for (const [whose, text] of [
    ['GitHub', '::error file=a::b'],
    ['GitHub, with spaces before it', ' \u00a0::set-env name=a::b'],
    ['GitHub of old', 'a ##[set-env name=a]b'],
    ['Azure Pipelines', 'a ##vso[task.setvariable variable=a]b'],
    ['TeamCity', "###teamcity[buildStatus text='a']"],
    ['a name of one colon before our own', ':'],
  ] as const) {
    it(`forges no command of ${whose}`, () => {
      const shown = `${printable(text)}:1:2: error`;
      assert.doesNotMatch(shown, /^\s*::|##/);
    });
  }

  it('leaves a JSON text the same document', () => {
    const value = { [`##${C1}`]: [`::${DIRECTIONS}\u{e0041}`, '\ud800', '\n::error::'], b: 1 };
    const text = JSON.stringify(value, undefined, 2);
    const shown = printableLines(text);
    assert.deepEqual(JSON.parse(shown), value);
    assert.doesNotMatch(shown.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Cs}]|##/u);
  });

  it('keeps the line ends of a text of ours, and no other', () => {
    assert.equal(printableLines('a\r\n::b\n- c\u2028d'), 'a\\u000d\n\\u003a:b\n- c\\u2028d');
  });
});
