// A template that asks for secrets, as what reads them for it sees it.
import type { MountError } from '../errors.ts';
import type { LeaseSettings, Read } from '../plan/plan.ts';
import type { AgentRead } from '../template/functions/agent-reads.ts';

export interface AskedRead {
  readonly asked: AgentRead;
  readonly read: Read;
}

export interface Asking {
  /** What it asked for and has not been given. */
  readonly missing: readonly AgentRead[];
  readonly leaseSettings: LeaseSettings;
  /** By which all that it asked for is answered. */
  readonly reads: readonly Read[];
  /** These will be read, and no more is missing. */
  willRead(reads: readonly AskedRead[]): void;
  failed(error: MountError): void;
  /** An engine could not be asked: what is in it cannot be read. */
  withoutEngine(read: Read): void;
}
