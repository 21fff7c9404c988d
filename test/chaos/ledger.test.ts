// What a damaged record takes with it, and nothing else: what the ledger forgives is not judged.
import assert from 'node:assert/strict';
import { Ledger } from './ledger.ts';

const RECORD = 'a record that names';
/** Beyond what counts as the instant of a kill. */
const APART_MS = 10_000;

function ledgerOf(...tokens: readonly string[]): Ledger {
  const ledger = new Ledger();
  for (const [at, token] of tokens.entries()) {
    const [mark, leaseId] = [`user-${at}`, `lasting/creds/app/${at}`];
    const times = { arrivedAt: at * APART_MS, issuedAt: at * APART_MS, goodUntil: Number.POSITIVE_INFINITY };
    ledger.issued({ mark, secret: '', leaseId, account: 'shop', token, ...times });
  }
  return ledger;
}

const stayingOf = (ledger: Ledger) => [...ledger.all()].filter((one) => ledger.mayStay(one)).map(({ mark }) => mark);

describe('a lease may stay in the store', () => {
  for (const named of ['user-0', 'token-0', 'lasting/creds/app/0']) {
    it(`after damage to a record that names ${named}`, () => {
      const ledger = ledgerOf('token-0', 'token-1');
      ledger.spoil(`${RECORD} ${named}`);
      assert.deepEqual(stayingOf(ledger), ['user-0']);
    });
  }

  it('after damage to the record of the one that was asked for again on its token, as its own answer was lost', () => {
    const ledger = ledgerOf('token-0', 'token-0', 'token-1');
    ledger.find('user-1')?.pods.add('uid-1');
    ledger.spoil(`${RECORD} lasting/creds/app/1`);
    assert.deepEqual(stayingOf(ledger), ['user-0', 'user-1']);
  });

  it('but not one that a pod got, and whose own record is whole', () => {
    const ledger = ledgerOf('token-0', 'token-0');
    for (const mark of ['user-0', 'user-1']) ledger.find(mark)?.pods.add('uid-1');
    ledger.spoil(`${RECORD} lasting/creds/app/1`);
    assert.deepEqual(stayingOf(ledger), ['user-1']);
  });

  it('if no pod got it and the daemon was killed in that instant, with one that was lost before on its token', () => {
    const ledger = ledgerOf('token-0', 'token-0', 'token-1');
    ledger.killedAt.push(APART_MS);
    assert.deepEqual(stayingOf(ledger), ['user-0', 'user-1']);
  });

  it('but not one that a pod got before the daemon was killed', () => {
    const ledger = ledgerOf('token-0');
    ledger.find('user-0')?.pods.add('uid-1');
    ledger.killedAt.push(0);
    assert.deepEqual(stayingOf(ledger), []);
  });

  it('for no other reason', () => {
    const ledger = ledgerOf('token-0');
    ledger.spoil(RECORD);
    assert.deepEqual(stayingOf(ledger), []);
  });
});
