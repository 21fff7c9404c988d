import assert from 'node:assert/strict';
import { Lazy, whenLoaded } from '../src/lazy.ts';

describe('a lazy library', () => {
  it('is loaded once, and work that needs it begins anew', async () => {
    let loads = 0;
    let runs = 0;
    const library = new Lazy(async () => ({ name: `library ${++loads}` }));
    const work = () => {
      runs += 1;
      return library.get().name;
    };
    assert.equal(await whenLoaded(work), 'library 1');
    assert.equal(await whenLoaded(work), 'library 1');
    assert.deepEqual([loads, runs], [1, 3]);
    assert.equal(library.get().name, 'library 1');
  });

  it('is loaded after another that the same work needs', async () => {
    const [a, b] = [new Lazy(async () => 'a'), new Lazy(async () => 'b')];
    assert.equal(await whenLoaded(() => a.get() + b.get()), 'ab');
  });

  it('passes on what work throws, and what loading throws', async () => {
    await assert.rejects(
      whenLoaded(() => {
        throw new Error('of the work');
      }),
      /of the work/,
    );
    const broken = new Lazy<string>(() => Promise.reject(new Error('no such file')));
    await assert.rejects(
      whenLoaded(() => broken.get()),
      /no such file/,
    );
    assert.throws(() => broken.get(), /outside of whenLoaded/);
  });
});
