// The certificates that flags and variables name, looked at once when the daemon starts: each mount would fail on a
// file that is not there, and the log says so before the first does. It is not a failure, as the file may be mounted
// later.
import { asMountError } from '../errors.ts';
import type { Emit } from '../events.ts';
import type { TlsSettings } from '../plan/plan.ts';
import { TlsFiles } from '../vault/tls-files.ts';

export async function warnOfTlsFiles(tls: TlsSettings, emit: Emit): Promise<void> {
  const { caCertPath, caDirectory, caPem, clientCertPath, clientKeyPath } = tls;
  if (!caCertPath && !caDirectory && !caPem && !clientCertPath && !clientKeyPath) return;
  try {
    await new TlsFiles().load(tls);
  } catch (thrown) {
    const { message } = asMountError(thrown);
    emit({ type: 'notice', level: 'warn', message: `mounts will fail: ${message}` });
  }
}
