// What the bench reads of a build's Dockerfile.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readImage } from '../../bench/image.ts';

const OURS = readFileSync(new URL('../../Dockerfile', import.meta.url), 'utf8');

describe('what the bench reads of a Dockerfile', () => {
  it('takes the flags and variables of the last stage', () => {
    const text = [
      'FROM base AS build',
      'ENV BUILD_ONLY=1',
      'ENTRYPOINT ["/bin/sh", "--build"]',
      'FROM scratch',
      'ENV MALLOC_ARENA_MAX=1',
      'ENTRYPOINT ["/usr/bin/node", "--one", \\',
      '            "--two=2", "/app/secretmount.js"]',
    ].join('\n');
    assert.deepEqual(readImage(text), { nodeFlags: ['--one', '--two=2'], env: { MALLOC_ARENA_MAX: '1' } });
  });

  it("finds this build's", () => {
    const { nodeFlags, env } = readImage(OURS);
    assert.ok(nodeFlags.includes('--expose-gc'), nodeFlags.join(' '));
    assert.ok(nodeFlags.every((flag) => flag.startsWith('--') && !flag.includes('"')));
    assert.equal(env['MALLOC_ARENA_MAX'], '1');
  });

  it('says that a file is not one', () => {
    assert.throws(() => readImage('FROM scratch\n'), /no ENTRYPOINT/);
  });
});
