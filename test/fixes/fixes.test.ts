// Every message followed literally: what a pod's event says, and that the mount succeeds once that was done. A row per
// way into a reason; the rows are beside this file, by what they are about.
import assert from 'node:assert/strict';
import { REASONS } from '../../src/errors.ts';
import { skip } from '../harness/skip.ts';
import { Bench, type Way } from './bench.ts';
import { CLASS_WAYS } from './class.ts';
import { CONTENT_WAYS } from './content.ts';
import { LIMIT_WAYS } from './limits.ts';
import { LOGIN_WAYS } from './login.ts';
import { PATH_WAYS } from './paths.ts';
import { STORE_WAYS } from './store.ts';
import { TLS_WAYS } from './tls.ts';

const TABLE: Readonly<Record<string, readonly Way[]>> = {
  'the class': CLASS_WAYS,
  paths: PATH_WAYS,
  'what is mounted': CONTENT_WAYS,
  'the way in': LOGIN_WAYS,
  'the store': STORE_WAYS,
  certificates: TLS_WAYS,
  limits: LIMIT_WAYS,
};

describe('the fix that a message names', () => {
  let bench: Bench;
  before(async () => {
    bench = await Bench.open();
  });
  after(() => bench.close());

  for (const [subject, ways] of Object.entries(TABLE)) {
    describe(subject, () => {
      for (const [number, { name, wrong, says, saysVault = says, fix, gives = /^s3cret-value$/ }] of ways.entries()) {
        it(name, async function () {
          const text = bench.bao.product === 'Vault' ? saysVault : says;
          if (text === null) skip(this, 'Vault has no such way');
          const pod = `${subject.replaceAll(/[^a-z]/g, '')}-${number}`;
          const wish = await wrong(bench);
          assert.equal(await bench.refusal(wish, pod), text);
          const fixed = (await fix(bench)) ?? wish;
          assert.match(await bench.mount(fixed, pod), gives);
        });
      }
    });
  }

  it('is tried for each reason but the fault of our own, which has none', () => {
    const tried = Object.values(TABLE).flatMap((ways) => ways.map(({ says }) => / \[([a-z-]+)\]$/.exec(says)?.[1]));
    assert.deepEqual([...new Set([...tried, 'internal'])].toSorted(), Object.keys(REASONS).toSorted());
  });
});
