// The keys of session/. Each lists its fields, so that a field added to a plan is shared over only when
// somebody writes it here on purpose.
import { hash } from 'node:crypto';
import type { Plan } from '../plan/plan.ts';
import type { Secret } from '../secret.ts';
import type { Claims } from './claims.ts';
import type { TokenClient } from './ports.ts';

/** `pod`: one login per pod. `account`: pods of one service account share it. */
export type Scope = 'pod' | 'account';

/** The store address, its namespace and the TLS contents are in the client's key. */
export function sessionKey(scope: Scope, client: TokenClient, plan: Plan, claims: Claims | undefined): string {
  const { identity, login } = plan;
  return digest([
    scope,
    client.key,
    login.mount,
    login.role,
    login.audience,
    login.requestAudience ?? '',
    identity.namespace,
    identity.account,
    claims?.accountUid ?? identity.accountUid ?? '',
    scope === 'pod' ? identity.podUid : '',
    scope === 'pod' && claims === undefined ? passedTokenOf(plan) : '',
  ]);
}

/** For a given token: whoever has it may see what it sees. */
export function givenTokenKey(client: TokenClient, token: Secret<string>): string {
  return digest(['given', client.key, token.reveal()]);
}

/** Which login method stands at a mount path is a fact about the store, the same for every identity. */
export function methodKey(client: TokenClient, mount: string): string {
  return digest([client.key, mount]);
}

/** A token without claims proves nothing of its bearer: only the same token may use what it logged in. */
function passedTokenOf(plan: Plan): string {
  return plan.login.tokens.get(plan.login.audience)?.reveal() ?? '';
}

/** Fields are separated by a NUL, which none of them can hold. */
function digest(fields: readonly string[]): string {
  return hash('sha256', fields.join('\0'), 'base64url');
}
