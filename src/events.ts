// The facts that observe/ turns into log lines and metrics. No fact contains a value, a token or a credential. The sender
// of a fact does not know who listens.
import type { Code, Reason } from './errors.ts';

export type Fact =
  | MountFact
  | RequestFact
  | { readonly type: 'sessions'; readonly count: number }
  | { readonly type: 'slots'; readonly inUse: number; readonly waiting: number }
  | { readonly type: 'volumes'; readonly count: number; readonly stale: number }
  | {
      readonly type: 'circuit';
      readonly address: string;
      readonly isOpen: boolean;
      readonly reason: Reason | undefined;
    }
  | StaleFact
  | LeaseFact
  | LeasesFact
  /** Bytes of what is kept over calls, as its owner weighs them; stated at each change. */
  | { readonly type: 'kept'; readonly what: 'last answers' | 'leases'; readonly sizeBytes: number }
  /** A volume was mounted with credentials whose halves come from different requests. */
  | { readonly type: 'split pairs'; readonly count: number }
  /** A mount's namespace of the store is one that the store ignores. */
  | { readonly type: 'namespace ignored' }
  /** How many mounts wait because their namespace has used up its time; stated at each change. */
  | { readonly type: 'mount-time'; readonly waiting: number }
  /** What mounts under way have taken together, and how many wait for more; stated at each change. */
  | { readonly type: 'mount-memory'; readonly usedBytes: number; readonly waiting: number }
  /** Something that was asked for is not available, and the daemon works without it; or it is available again. */
  | {
      readonly type: 'degraded';
      readonly part: 'state-folder' | 'version-key' | 'pod-watch';
      readonly isDegraded: boolean;
    }
  /** The daemon has rehearsed mounts, and nobody has called yet: what that and the start left behind can be freed. */
  | { readonly type: 'rehearsed' }
  | { readonly type: 'ready'; readonly isReady: boolean; readonly detail: string }
  | {
      readonly type: 'notice';
      readonly level: 'info' | 'warn' | 'error';
      readonly message: string;
      readonly fields?: Fields;
      /** Emitted once for each text given here, however often it is stated. */
      readonly once?: string;
    }
  | { readonly type: 'debug'; readonly message: string; readonly fields?: Fields }
  /** A fault of ours. Only the class, the system error code and the stack's frames of `cause` may be shown. */
  | { readonly type: 'fault'; readonly message: string; readonly cause: unknown };

export type Fields = Readonly<Record<string, string | number | boolean>>;

/** One Mount call, stated once, when its answer is known. */
export interface MountFact {
  readonly type: 'mount';
  readonly namespace: string;
  readonly pod: string;
  readonly account: string;
  readonly class: string;
  readonly isFirst: boolean;
  readonly objects: number;
  /** `stale`: answered, with at least one object from an earlier answer because the store is down. */
  readonly outcome: 'ok' | 'stale' | 'failed';
  readonly code: Code | 0;
  readonly reason: Reason | undefined;
  /** The error as the pod's event shows it; undefined if there is none. */
  readonly message: string | undefined;
  readonly ms: number;
  /** Logins and reads this call sent to the store; what it shared with others is not counted. */
  readonly logins: number;
  readonly reads: number;
  readonly bytes: number;
  /** objectName=version pairs, as the driver records them. */
  readonly versions: readonly string[];
}

/** One request to the store. */
export interface RequestFact {
  readonly type: 'request';
  readonly operation: 'login' | 'read' | 'renew' | 'lookup' | 'revoke' | 'health';
  /** undefined: answered well. */
  readonly reason: Reason | undefined;
  readonly ms: number;
}

/** An object of a volume is answered from an earlier answer (or no longer is); stated once per change. */
export interface StaleFact {
  readonly type: 'stale';
  readonly namespace: string;
  readonly pod: string;
  readonly class: string;
  readonly object: string;
  readonly isStale: boolean;
  readonly ageMs: number;
  readonly reason: Reason | undefined;
}

/** What happened to a lease. */
export interface LeaseFact {
  readonly type: 'lease';
  /** `lost`: it ended, or the store knows it no longer, while somebody had it. */
  readonly event: 'issued' | 'renewed' | 'replaced' | 'revoked' | 'lost';
  readonly namespace: string;
  readonly account: string;
  /** Empty if all pods of the account share it. */
  readonly pod: string;
  /** Method and path. */
  readonly request: string;
}

/** How many leases there are, by state; stated at each change. */
export interface LeasesFact {
  readonly type: 'leases';
  readonly active: number;
  readonly due: number;
  readonly superseded: number;
  /** Those that pods poll for and that are in the last tenth of their life. */
  readonly nearEnd: number;
}

export type Emit = (fact: Fact) => void;
