// Variables of the peers' API client that are not read: said at the start, one by one, never with their value.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { warnOfUnreadVariables } from '../../src/cli/unread-environment.ts';
import type { Fact } from '../../src/events.ts';
import { Daemon } from '../harness/daemon.ts';

const said = (env: Readonly<Record<string, string>>) => {
  const facts: Fact[] = [];
  warnOfUnreadVariables(env, (fact) => facts.push(fact));
  return facts.map((fact) => (fact.type === 'notice' ? `${fact.level}: ${fact.message}` : fact.type));
};

describe('variables that are not read', () => {
  for (const name of ['AGENT_ADDR', 'RATE_LIMIT', 'HEADERS', 'CLIENT_CERT_BYTES', 'CLIENT_KEY_BYTES', 'TOKEN'])
    for (const variable of [`VAULT_${name}`, `BAO_${name}`])
      it(`${variable} is named, without its value`, () => {
        const [line = '', ...more] = said({ [variable]: 'hush' });
        assert.ok(line.startsWith(`warn: ${variable} is set and not read; `), line);
        assert.ok(!line.includes('hush'));
        assert.deepEqual(more, []);
      });

  for (const name of ['DISABLE_REDIRECTS', 'SRV_LOOKUP'])
    it(`VAULT_${name} counts where it is on`, () => {
      assert.equal(said({ [`VAULT_${name}`]: 'true', [`BAO_${name}`]: '1' }).length, 2);
      assert.deepEqual(said({ [`VAULT_${name}`]: 'false', [`BAO_${name}`]: '0' }), []);
    });

  it('are not those that are empty, or read', () => {
    assert.deepEqual(said({ VAULT_AGENT_ADDR: '', VAULT_ADDR: 'https://v', BAO_HTTP_PROXY: 'http://p' }), []);
  });

  it('are told by the daemon at its start', async () => {
    const daemon = new Daemon({ env: { VAULT_RATE_LIMIT: '10:10', BAO_SRV_LOOKUP: 'true' } });
    try {
      await daemon.untilStarted();
      const warnings = daemon.log.filter(({ level }) => level === 'warn').map(({ msg }) => msg);
      assert.ok(
        warnings.includes(
          'VAULT_RATE_LIMIT is set and not read; --store-concurrency bounds the requests under way to a store',
        ),
      );
      assert.ok(
        warnings.includes(
          "BAO_SRV_LOOKUP is set and not read; write the store's host and port in --vault-addr or VAULT_ADDR",
        ),
      );
    } finally {
      await daemon.stop();
    }
  });
});
