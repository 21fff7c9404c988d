// Whether an answer expires, and when.
import type { Answer } from '../fetch/ports.ts';
import type { JsonText } from '../json-text/json-text.ts';
import { isTrue, secondsOf } from './answer-fields.ts';

/** `lease_duration` counts only if something expires: an answer of KV v1 has it as a hint. */
export function leaseOf(body: JsonText): Pick<Answer, 'hasLease' | 'leaseMs' | 'leaseId' | 'isRenewable'> {
  const leaseId = body.get('lease_id')?.text ?? '';
  if (leaseId !== '')
    return {
      hasLease: true,
      leaseMs: secondsOf(body.get('lease_duration')) * 1000,
      leaseId,
      isRenewable: isTrue(body.get('renewable')),
    };
  const auth = body.get('auth');
  if (auth?.kind === 'object') return { hasLease: true, leaseMs: secondsOf(auth.get('lease_duration')) * 1000 };
  const wrap = body.get('wrap_info');
  if (wrap?.kind === 'object') return { hasLease: true, leaseMs: secondsOf(wrap.get('ttl')) * 1000 };
  return { hasLease: false, leaseMs: 0 };
}
