// How an error leaves the process. The one place that knows which gRPC codes may: on CANCELLED 1,
// DEADLINE_EXCEEDED 4, RESOURCE_EXHAUSTED 8, ABORTED 10 and UNAVAILABLE 14 the driver (v1.6.0, rotation on)
// lets a new pod start with an empty volume, so none of them is ever sent.
import { Code, type MountError } from '../errors.ts';
import { printableLines } from '../printable.ts';

/** Sent instead of a forbidden code. It fits: a precondition of the mount is not met yet. */
const INSTEAD = Code.FAILED_PRECONDITION;
const FORBIDDEN: ReadonlySet<number> = new Set([1, 4, 8, 10, 14]);

/** A gRPC code that may leave the process, whoever chose it. */
export function safeCode(code: number): number {
  return FORBIDDEN.has(code) ? INSTEAD : code;
}

export interface Status {
  readonly code: number;
  readonly details: string;
}

/** Appends the reason, which docs/troubleshooting.md explains. Line breaks are ours; other text may come from a class. */
export function statusOf(error: MountError): Status {
  return { code: safeCode(error.code), details: `${printableLines(error.message)} [${error.reason}]` };
}
