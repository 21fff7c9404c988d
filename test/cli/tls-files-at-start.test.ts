// A certificate file of a flag or variable that cannot be used is told in the log before the first mount fails on it.
import assert from 'node:assert/strict';
import { warnOfTlsFiles } from '../../src/cli/tls-files-at-start.ts';
import { createAuthority } from '../harness/certificates.ts';
import { type Daemon, startDaemon } from '../harness/daemon.ts';

describe('certificate files at the start of the daemon', () => {
  let daemon: Daemon;
  afterEach(() => daemon.stop());

  const warned = async (env: Readonly<Record<string, string>>, args: readonly string[] = []) => {
    daemon = await startDaemon({ env, args });
    const line = await daemon.untilLogged(({ msg }) => String(msg).startsWith('mounts will fail: '));
    return [line['level'], line['msg']];
  };
  const fix = "correct the path, or mount the file into the provider's container";

  it('are warned of by the name of the flag', async () => {
    const text = `mounts will fail: --vault-tls-ca-cert /nowhere/ca.pem: it does not exist; ${fix}`;
    assert.deepEqual(await warned({}, ['--vault-tls-ca-cert=/nowhere/ca.pem']), ['warn', text]);
  });

  it('are warned of by the name of the variable', async () => {
    const text = `mounts will fail: VAULT_CACERT /nowhere/ca.pem: it does not exist; ${fix}`;
    assert.deepEqual(await warned({ VAULT_CACERT: '/nowhere/ca.pem' }), ['warn', text]);
  });

  it('are warned of where the text of a variable is none', async () => {
    const text = 'mounts will fail: BAO_CACERT_BYTES holds no PEM certificate; correct it in the environment';
    assert.deepEqual(await warned({ BAO_CACERT_BYTES: 'none' }), ['warn', text]);
  });
});

describe('certificate files that can be used', () => {
  const silent = () => assert.fail('it was warned');

  it('are not spoken of', async () => {
    await warnOfTlsFiles({ skipVerify: false, caPem: createAuthority('any').certPem }, silent);
  });

  it('nor is it where there are none', () => warnOfTlsFiles({ skipVerify: false }, silent));
});
