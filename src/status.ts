// The shape of what `secretmount status` shows: each room describes its own part, the daemon puts them together, the
// command reads them. No value, token, lease id, argument or key is in it. Times are spans from the moment of the
// answer, as the daemon's clock means nothing to anybody else.

export interface Status {
  readonly version: string;
  readonly uptimeMs: number;
  readonly pods: PodsStatus;
  /** null: nothing outlives the process. */
  readonly state: StateStatus | null;
  readonly memory: readonly MemoryStatus[];
  readonly sessions: Listed<SessionStatus>;
  readonly leases: Listed<LeaseStatus>;
  readonly stale: Listed<StaleStatus>;
  readonly circuits: Listed<CircuitStatus>;
}

/** At most so many rows as the daemon's bound allows, and how many there are. */
export interface Listed<T> {
  readonly total: number;
  readonly rows: readonly T[];
}

export interface PodsStatus {
  /** null: pods are not to be watched. */
  readonly node: string | null;
  readonly isWatching: boolean;
}

/** What is kept in memory over calls. */
export interface MemoryStatus {
  readonly what: string;
  readonly sizeBytes: number;
  readonly maxBytes: number;
}

export interface StateStatus {
  readonly sizeBytes: number;
  readonly maxBytes: number;
  /** Records of which the folder does not have the newest form. */
  readonly refusedCount: number;
}

/** Whose it is. */
export interface WhoseStatus {
  readonly namespace: string;
  readonly account: string;
  /** Empty if the pods of the account share it. */
  readonly pod: string;
}

/** What happens next, and when; null: no clock decides that. */
export interface Moment {
  readonly what: string;
  readonly inMs: number | null;
}

export interface SessionStatus extends WhoseStatus {
  /** Its token belongs to one lease. */
  readonly isForLease: boolean;
  readonly address: string;
  /** The login method's; empty, as the role, if an earlier process logged in. */
  readonly mount: string;
  readonly role: string;
  /** `none`: without a token, which the next mount brings. */
  readonly state: 'none' | 'active' | 'ending' | 'superseded' | 'revoking' | 'ended';
  /** null: it does not end. */
  readonly endsInMs: number | null;
  readonly next: Moment;
}

export interface LeaseStatus extends WhoseStatus {
  /** Method and path. */
  readonly request: string;
  readonly address: string;
  /** `ending`: no volume polls for it, so it is neither replaced nor revoked. */
  readonly state: 'active' | 'due' | 'superseded' | 'ending' | 'revoking' | 'ended';
  readonly endsInMs: number | null;
  readonly next: Moment;
  /** How many volumes were last answered with it. */
  readonly volumes: number;
}

/** An object of a volume that was last answered from an earlier answer. */
export interface StaleStatus {
  readonly namespace: string;
  readonly pod: string;
  readonly class: string;
  readonly object: string;
  /** null, as the reason, if only an earlier process knew. */
  readonly ageMs: number | null;
  readonly reason: string | null;
}

export interface CircuitStatus {
  readonly address: string;
  readonly openForMs: number;
  readonly reason: string;
}

/** JSON has no infinity. */
export function spanTo(at: number, now: number): number | null {
  return Number.isFinite(at) ? Math.round(at - now) : null;
}
