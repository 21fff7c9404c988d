// A store token that somebody else got and brings along. It is read anew for each mount, as an agent may replace
// it, and used as it is: never renewed, never revoked, never replaced by a login.
import { MountError } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import { accountName } from '../pot.ts';
import type { Secret } from '../secret.ts';
import type { Access, AccessSource, LoneAccess } from './access.ts';
import { givenTokenKey } from './key.ts';
import { LiveToken } from './live-token.ts';
import type { TokenDoor } from './ports.ts';

export interface GivenTokenOptions {
  readonly read: () => Promise<Secret<string>>;
  /** Time for the one lookup that tells a dead token from a missing right. */
  readonly lookupTimeoutMs: number;
}

export class GivenToken implements AccessSource {
  readonly #options: GivenTokenOptions;

  constructor(options: GivenTokenOptions) {
    this.#options = options;
  }

  identify(plan: Plan): Promise<Plan> {
    return Promise.resolve(plan);
  }

  async visit(plan: Plan, door: TokenDoor): Promise<Access> {
    const secret = await this.#options.read();
    const token = liveForGood(secret);
    let check: Promise<undefined> | undefined;
    return {
      session: { key: givenTokenKey(door, secret), account: accountName(plan.identity) },
      acquire: () => Promise.resolve(token),
      afterForbidden: (_token, _sentAt, refused) => {
        check ??= this.#assertAlive(secret, door, refused);
        return check;
      },
      leave: () => {},
    };
  }

  holderKey(plan: Plan, door: TokenDoor): string {
    return [door.key, plan.identity.podUid].join(' ');
  }

  /** There is only the one token, and it is not ours to end. */
  visitAlone(plan: Plan, door: TokenDoor): LoneAccess {
    const visit = this.visit(plan, door);
    const key = `given ${door.key}`;
    return {
      session: { key, account: accountName(plan.identity) },
      acquire: async (signal) => (await visit).acquire(signal),
      afterForbidden: async (token, sentAt, refused) => (await visit).afterForbidden(token, sentAt, refused),
      leave: () => {},
      own: { key, recordKey: '', end: () => Promise.resolve(), abandon: () => {} },
    };
  }

  takeOver(): undefined {
    return undefined;
  }

  disown(): boolean {
    return false;
  }

  resumeAlone(): undefined {
    return undefined;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #assertAlive(secret: Secret<string>, door: TokenDoor, refused: MountError): Promise<undefined> {
    const signal = AbortSignal.timeout(this.#options.lookupTimeoutMs);
    // Without a word on the token, the refusal of the read is all that is known, and it stands.
    if (!refused.isTokenUnknown && (await door.isAlive(secret, signal).catch(() => true))) return undefined;
    throw new MountError(
      'login-refused',
      'the store does not take the given token: it has ended, was revoked, or is of another store or namespace; log in again',
    );
  }
}

/** How long it lives is its owner's affair; when it has ended the store says so. */
function liveForGood(token: Secret<string>): LiveToken {
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
  return new LiveToken(grant, () => 0);
}
