// What `npm run bench` takes.
import assert from 'node:assert/strict';
import { readCommand } from '../../bench/command.ts';

const KNOWN = ['overview', 'jwt', 'at-rest', 'growth'];

describe('what the bench is asked for', () => {
  it('without a name is all but what is asked for by name alone', () => {
    assert.deepEqual(readCommand([], KNOWN).names, ['overview', 'jwt', 'at-rest']);
    assert.deepEqual(readCommand(['growth'], KNOWN).names, ['growth']);
  });

  it('is in the order of the list, whatever that of the words', () => {
    const command = readCommand(['at-rest', '--quick', 'overview', '--base', '/old', '--peer=/bin/peer'], KNOWN);
    const { names, isQuick, isWriting, base, peer } = command;
    assert.deepEqual(names, ['overview', 'at-rest']);
    assert.deepEqual(
      { isQuick, isWriting, base, peer },
      { isQuick: true, isWriting: false, base: '/old', peer: '/bin/peer' },
    );
  });

  it('that is not there is refused with what is', () => {
    assert.throws(() => readCommand(['jtw'], KNOWN), /there is no jtw; there are overview, jwt, at-rest, growth/);
    assert.throws(() => readCommand(['--pier', 'x'], KNOWN), /--pier/);
  });
});
