// The keys of session/. Each lists its fields one by one, so a new field of Plan becomes part of a key only by a
// deliberate change here.
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

/** Session key of a given token. The token is all that counts: whoever has it may read what it reads. */
export function givenTokenKey(client: TokenClient, token: Secret<string>): string {
  return digest(['given', client.key, token.reveal()]);
}

/** Identifies an auth mount path. Its login method is the same for every identity, so no identity is part of the key. */
export function methodKey(client: TokenClient, mount: string): string {
  return digest([client.key, mount]);
}

/** A token without claims identifies nobody, so its session may be used only with the same token. */
function passedTokenOf(plan: Plan): string {
  return plan.login.tokens.get(plan.login.audience)?.reveal() ?? '';
}

/** Fields are separated by a NUL, which none of them can hold. */
function digest(fields: readonly string[]): string {
  return hash('sha256', fields.join('\0'), 'base64url');
}
