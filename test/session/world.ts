// Sessions over a fake store and a clock that stands still.
import type { Fact } from '../../src/events.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { NO_RECORDS, type RecordStore } from '../../src/record-store.ts';
import { Secret } from '../../src/secret.ts';
import type { LoginHandle } from '../../src/session/login-handle.ts';
import { Revocations } from '../../src/session/revocations.ts';
import { Sessions, type SessionsOptions } from '../../src/session/sessions.ts';
import { TokenRecords } from '../../src/session/token-record.ts';
import { FakeClock } from '../harness/fake-clock.ts';
import { FakeStoreClient } from '../harness/fake-store-client.ts';
import { unsignedToken } from '../harness/plans.ts';

export class SessionWorld {
  readonly clock = new FakeClock();
  readonly client = new FakeStoreClient(this.clock);
  readonly stop = new AbortController();
  readonly facts: Fact[] = [];
  /** Pods that a token was asked of the API server for. */
  readonly asked: string[] = [];
  /** The account's, as the API server knows it now. */
  accountUid = 'first-uid';
  readonly sessions: Sessions;
  readonly never = new AbortController().signal;

  constructor(wish: Partial<SessionsOptions> = {}, records: RecordStore = NO_RECORDS) {
    this.sessions = new Sessions({
      clock: this.clock,
      emit: (fact) => this.facts.push(fact),
      random: () => 0.5,
      records: new TokenRecords(records, this.clock, () => 0.5),
      send: (_client, _options, request, signal) => request(signal),
      newRetry: () => undefined,
      revocations: new Revocations({ clock: this.clock, emit: (fact) => this.facts.push(fact), random: () => 0.5 }),
      idleMs: 600_000,
      loginTimeoutMs: 30_000,
      stopping: this.stop.signal,
      capacity: 100,
      isPodOnly: false,
      tokenSource: {
        requestToken: (identity) => {
          this.asked.push(identity.podName);
          const { namespace, account, podName } = identity;
          return Promise.resolve(new Secret(unsignedToken({ namespace, account, pod: podName, uid: this.accountUid })));
        },
      },
      ...wish,
    });
  }

  async open(plan: Plan, cost = { logins: 0 }): Promise<LoginHandle> {
    const identified = await this.sessions.identify(plan, this.never);
    return this.sessions.open({ plan: identified, client: this.client, cost }, this.never);
  }

  /** One mount's login. */
  async use(plan: Plan): Promise<string> {
    using handle = await this.open(plan);
    const token = await handle.acquire(this.never);
    return token.secret.reveal();
  }
}
