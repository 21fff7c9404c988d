// A class that leaves its store's certificate unchecked.
import type { Emit } from '../events.ts';
import type { Plan } from './plan.ts';

/** Called before anything is sent. Not for --vault-tls-skip-verify: its help warns whoever sets it for all classes. */
export function warnOfSkipVerify({ identity: { namespace }, className, store }: Plan, emit: Emit): void {
  emit({
    type: 'notice',
    level: 'warn',
    once: `skip-verify ${namespace}/${className}`,
    message:
      "the class does not check its store's certificate (vaultSkipTLSVerify): whoever stands between can read its tokens and secrets; name the store's CA in vaultCACertPath",
    fields: { namespace, class: className, address: store.address },
  });
}
