// Reads the token that a login or a renewal grants out of the answer.
import { MountError } from '../errors.ts';
import type { JsonText } from '../json-text/json-text.ts';
import { accountName } from '../pot.ts';
import { Secret } from '../secret.ts';
import type { Grant } from '../session/ports.ts';
import { isTrue, secondsOf } from './answer-fields.ts';

/** The metadata that the `kubernetes` method sets; other metadata is dropped. */
const METADATA = new Set(['service_account_name', 'service_account_namespace', 'service_account_uid']);
const GRANT = new Set(['client_token', 'metadata', 'lease_duration', 'renewable', 'token_type', 'num_uses']);

/** In characters; a batch token with much metadata has some thousands. It is kept for as long as the login. */
const LONGEST_TOKEN = 8 * 1024;

/** The longest namespace, account or uid. */
const LONGEST_NAME = 253;

/** undefined if the answer has no valid token. @param auth of the answer @param sentAt clock.now() */
export function grantOf(auth: JsonText, sentAt: number): Grant | undefined {
  const fields = auth.pick(GRANT);
  const token = fields.get('client_token')?.text;
  if (token === undefined || token === '' || token.length > LONGEST_TOKEN) return undefined;
  return {
    token: new Secret(token),
    ttlMs: secondsOf(fields.get('lease_duration')) * 1000,
    isRenewable: isTrue(fields.get('renewable')),
    isBatch: fields.get('token_type')?.text === 'batch',
    uses: secondsOf(fields.get('num_uses')),
    ...provenBy(fields.get('metadata')),
    sentAt,
  };
}

/** Only the `kubernetes` method names the account; other methods' metadata is ignored. */
function provenBy(said: JsonText | undefined): Pick<Grant, 'proves' | 'account'> {
  const texts = [...(said?.pick(METADATA) ?? [])].flatMap(([name, value]) =>
    value.text === undefined || value.text.length > LONGEST_NAME ? [] : [[name, value.text] as const],
  );
  const metadata = new Map(texts);
  const account = metadata.get('service_account_name');
  if (account === undefined || !metadata.has('service_account_uid')) return { proves: 'pod', account: '' };
  const namespace = metadata.get('service_account_namespace') ?? '';
  return { proves: 'account', account: accountName({ namespace, account }) };
}

export function withoutToken(operation: string, isLogin: boolean, auth: JsonText | undefined): MountError {
  if (!isLogin) return new MountError('store-malformed-response', `${operation}: the store answered without a token`);
  const wantsMore = auth?.get('mfa_requirement')?.kind === 'object';
  const why = wantsMore
    ? 'the store asks for a second factor, which a pod cannot give; take the login MFA off this role'
    : 'the store answered without a token; check that the mount is a kubernetes or jwt login method';
  return new MountError('login-incomplete', `${operation}: ${why}`);
}
