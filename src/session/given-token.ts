// A store token that a person brings along. It is read again for each mount, as an agent may replace it, and used as it is: never
// renewed, never revoked, never replaced by a login.
import { MountError } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import { accountName } from '../pot.ts';
import type { Secret } from '../secret.ts';
import { givenTokenKey } from './key.ts';
import type { TokenClient } from './ports.ts';
import type { LoginContext, OpenedLeaseLogin, SessionHandle, SessionSource } from './session-source.ts';
import { Token } from './token.ts';

export interface GivenTokenOptions {
  readonly read: () => Promise<Secret<string>>;
  /** Timeout of the lookup that distinguishes an invalid token from a missing policy. */
  readonly lookupTimeoutMs: number;
}

export class GivenToken implements SessionSource {
  readonly #options: GivenTokenOptions;

  constructor(options: GivenTokenOptions) {
    this.#options = options;
  }

  identify(plan: Plan): Promise<Plan> {
    return Promise.resolve(plan);
  }

  async open({ plan, client }: LoginContext): Promise<SessionHandle> {
    const secret = await this.#options.read();
    const token = liveForGood(secret);
    let check: Promise<undefined> | undefined;
    return {
      session: { key: givenTokenKey(client, secret), account: accountName(plan.identity) },
      acquire: () => Promise.resolve(token),
      afterForbidden: (_token, _sentAt, refused) => {
        check ??= this.#assertAlive(secret, client, refused);
        return check;
      },
      [Symbol.dispose]: () => {},
    };
  }

  leaseScopeKey({ plan, client }: Omit<LoginContext, 'cost'>): string {
    return [client.key, plan.identity.podUid].join(' ');
  }

  /** There is only the one token, and it is not ours to revoke. */
  openLeaseLogin(context: LoginContext): OpenedLeaseLogin {
    const { plan, client } = context;
    const opened = this.open(context);
    const key = `given ${client.key}`;
    const handle: SessionHandle = {
      session: { key, account: accountName(plan.identity) },
      acquire: async (signal) => (await opened).acquire(signal),
      afterForbidden: async (token, sentAt, refused) => (await opened).afterForbidden(token, sentAt, refused),
      [Symbol.dispose]: () => {},
    };
    return { handle, login: { key, recordKey: '', revoke: () => Promise.resolve(), leaveToExpire: () => {} } };
  }

  promoteToLeaseLogin(): undefined {
    return undefined;
  }

  discardSharedToken(): boolean {
    return false;
  }

  resumeLeaseLogin(): undefined {
    return undefined;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #assertAlive(secret: Secret<string>, client: TokenClient, refused: MountError): Promise<undefined> {
    const signal = AbortSignal.timeout(this.#options.lookupTimeoutMs);
    // If the lookup fails, assume the token is valid and let the 403 stand.
    if (!refused.isTokenUnknown && (await client.isAlive(secret, signal).catch(() => true))) return undefined;
    throw new MountError(
      'login-refused',
      'the store does not take the given token: it has ended, was revoked, or is of another store or namespace; log in again',
    );
  }
}

/** Its lifetime is the user's concern; the store rejects it once expired. */
function liveForGood(token: Secret<string>): Token {
  const grant = {
    token,
    ttlMs: 0,
    isRenewable: false,
    isBatch: false,
    uses: 0,
    proves: 'pod',
    account: '',
    sentAt: 0,
  } as const;
  return new Token(grant, () => 0);
}
