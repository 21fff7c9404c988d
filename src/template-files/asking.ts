// A template that asks for secrets, as what reads them for it sees it.
import type { MountError } from '../errors.ts';
import type { LeaseSettings, Read } from '../plan/plan.ts';
import type { AgentRead } from '../template/functions/agent-reads.ts';

export interface AskedRead {
  readonly asked: AgentRead;
  readonly read: Read;
}

export interface Asking {
  /** What it asked for and has not received. */
  readonly missing: readonly AgentRead[];
  readonly leaseSettings: LeaseSettings;
  /** The reads that answer everything it asked for. */
  readonly reads: readonly Read[];
  /** These will be read; nothing else is missing. */
  willRead(reads: readonly AskedRead[]): void;
  failed(error: MountError): void;
  /** The read for an engine failed, so the secrets of that engine cannot be read. */
  withoutEngine(read: Read): void;
}
