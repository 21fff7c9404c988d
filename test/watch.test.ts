import assert from 'node:assert/strict';
import { testsOf } from './watch.ts';

describe('npm run watch', () => {
  it('runs the tests of the room that changed', () => {
    const tests = testsOf('src/render/encode.ts');
    assert.ok(tests.includes('test/render/encode.test.ts') && tests.includes('test/render/render.test.ts'));
    assert.ok(tests.every((file) => file.startsWith('test/render/')));
    assert.deepEqual(testsOf('test/render/answers.ts').toSorted(), tests.toSorted());
  });

  it('runs a test that changed alone, and that of a file at the root', () => {
    assert.deepEqual(testsOf('test/render/encode.test.ts'), ['test/render/encode.test.ts']);
    assert.deepEqual(testsOf('src/boot-time.ts'), ['test/boot-time.test.ts']);
  });

  it('runs nothing for what has no tests', () => {
    assert.deepEqual(testsOf('src/clock.ts'), []);
    assert.deepEqual(testsOf('test/render/gone.test.ts'), []);
    assert.deepEqual(testsOf('src/render/notes.txt'), []);
  });
});
