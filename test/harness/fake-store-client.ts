// A store that does as a test says, for what a real one cannot be brought to do at a given moment. Its everyday
// answers are those of the real one, which the contract suite in test/vault holds.
import type { MountError } from '../../src/errors.ts';
import type { Answer, LeaseGrant, ReadRoom, StoreClient } from '../../src/fetch/ports.ts';
import type { Read } from '../../src/plan/plan.ts';
import { Secret } from '../../src/secret.ts';
import type { Grant, LoginRequest } from '../../src/session/ports.ts';
import { isEvidence } from '../../src/vault/evidence.ts';
import { FOLDERS } from '../../src/vault/folders.ts';
import type { FakeClock } from './fake-clock.ts';
import { answerBody } from './json.ts';

export class FakeStoreClient implements StoreClient {
  readonly key: string;
  readonly address = 'http://store:8200';
  readonly origin = 'store:8200';
  readonly store: string;
  readonly folders = FOLDERS;
  readonly #clock: FakeClock;
  readonly logins: LoginRequest[] = [];
  readonly reads: { read: Read; token: string }[] = [];
  readonly renewed: string[] = [];
  readonly revoked: string[] = [];
  readonly lookedUp: string[] = [];
  readonly renewedLeases: string[] = [];
  readonly revokedLeases: string[] = [];

  /** What the next calls do; a test replaces them. */
  onLogin: (request: LoginRequest) => Promise<Grant> = () => Promise.resolve(this.grant());
  onRead: (read: Read, token: string, room?: ReadRoom) => Promise<Answer> = () => Promise.resolve(this.answer());
  onRenew: (token: string) => Promise<Grant> = (token) => Promise.resolve(this.grant({ token: new Secret(token) }));
  onRenewLease: (leaseId: string, token: string) => Promise<LeaseGrant> = () =>
    Promise.resolve({ sentAt: this.#clock.now(), leaseMs: 60_000, isRenewable: true });
  onRevokeLease: (leaseId: string) => Promise<void> = () => Promise.resolve();
  onHealth: () => Promise<boolean> = () => Promise.resolve(false);
  onLookup: (token: string) => Promise<boolean> = () => Promise.resolve(true);
  onExplain: (error: MountError) => Promise<MountError> = (error) => Promise.resolve(error);

  constructor(clock: FakeClock, key = 'client') {
    this.#clock = clock;
    this.key = key;
    this.store = key;
  }

  grant(wish: Partial<Grant> = {}): Grant {
    return {
      token: new Secret(`token-${this.logins.length}`),
      ttlMs: 3_600_000,
      isRenewable: true,
      isBatch: false,
      uses: 0,
      proves: 'pod',
      account: '',
      sentAt: this.#clock.now(),
      ...wish,
    };
  }

  /** As the `kubernetes` method grants. */
  kubernetesGrant(account = 'app', namespace = 'team'): Grant {
    return this.grant({ proves: 'account', account: `${namespace}/${account}` });
  }

  answer(data: Readonly<Record<string, string>> = { password: 'one' }, wish: Partial<Answer> = {}): Answer {
    const text = JSON.stringify({ request_id: `r-${this.reads.length}`, data });
    const body = new Secret(answerBody(text));
    const { sizeBytes } = body.reveal();
    return { body, sentAt: this.#clock.now(), hasLease: false, leaseMs: 0, sizeBytes, ...wish };
  }

  describeLogin({ mount, role }: Pick<LoginRequest, 'mount' | 'role'>): string {
    return `login at auth/${mount} as role "${role}"`;
  }

  login(request: LoginRequest): Promise<Grant> {
    this.logins.push(request);
    return this.onLogin(request);
  }

  renew(token: Secret<string>): Promise<Grant> {
    this.renewed.push(token.reveal());
    return this.onRenew(token.reveal());
  }

  ignoresNamespaces(): Promise<boolean> {
    return this.onHealth();
  }

  isEvidence(read: Read): boolean {
    return isEvidence(read);
  }

  isAlive(token: Secret<string>): Promise<boolean> {
    this.lookedUp.push(token.reveal());
    return this.onLookup(token.reveal());
  }

  revoke(token: Secret<string>): Promise<void> {
    this.revoked.push(token.reveal());
    return Promise.resolve();
  }

  renewLease(leaseId: string, token: Secret<string>): Promise<LeaseGrant> {
    this.renewedLeases.push(leaseId);
    return this.onRenewLease(leaseId, token.reveal());
  }

  revokeLease(leaseId: string): Promise<void> {
    this.revokedLeases.push(leaseId);
    return this.onRevokeLease(leaseId);
  }

  explain(error: MountError): Promise<MountError> {
    return this.onExplain(error);
  }

  read(read: Read, token: Secret<string>, _signal?: AbortSignal, room?: ReadRoom): Promise<Answer> {
    this.reads.push({ read, token: token.reveal() });
    return this.onRead(read, token.reveal(), room);
  }
}

/** A promise to be settled by hand. */
export function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (error: unknown) => void } {
  return Promise.withResolvers<T>();
}
