// The one error class. A reason says what went wrong (stable, listed in docs/troubleshooting.md), its kind decides
// the gRPC code and which of several failures speaks first. Messages name the object or step, what was
// refused and what to change; they never hold a value, a token or a store's body, nor half a character: gRPC's way of
// writing them throws on one, and stores, classes and every cut through a text make some.

/** gRPC codes this product sends. 1, 4, 8, 10 and 14 are absent: driver v1.6.0 starts the pod with an empty volume on them. */
export const Code = {
  INVALID_ARGUMENT: 3,
  NOT_FOUND: 5,
  PERMISSION_DENIED: 7,
  FAILED_PRECONDITION: 9,
  OUT_OF_RANGE: 11,
  INTERNAL: 13,
  UNAUTHENTICATED: 16,
} as const;
export type Code = (typeof Code)[keyof typeof Code];

/** Kinds of failure in the order in which they speak for a mount that failed in several ways. */
const KINDS = [
  ['class', Code.INVALID_ARGUMENT],
  ['ours', Code.INTERNAL],
  ['login', Code.UNAUTHENTICATED],
  ['setup', Code.FAILED_PRECONDITION],
  ['forbidden', Code.PERMISSION_DENIED],
  ['absent', Code.NOT_FOUND],
  ['size', Code.OUT_OF_RANGE],
  ['memory', Code.FAILED_PRECONDITION],
  ['timeout', Code.FAILED_PRECONDITION],
  ['store', Code.FAILED_PRECONDITION],
] as const;
export type Kind = (typeof KINDS)[number][0];

export const REASONS = {
  'class-invalid': 'class',
  'request-invalid': 'class',
  'request-refused': 'class',
  'value-undecodable': 'class',
  'file-name': 'class',
  'format-refused': 'class',
  'template-failed': 'class',
  internal: 'ours',
  'login-refused': 'login',
  'login-incomplete': 'login',
  'token-mismatch': 'login',
  'token-missing': 'setup',
  'token-request-refused': 'setup',
  'tls-file': 'setup',
  'address-refused': 'setup',
  'namespace-ignored': 'setup',
  'read-forbidden': 'forbidden',
  'path-missing': 'absent',
  'version-deleted': 'absent',
  'key-missing': 'absent',
  'nothing-to-mount': 'absent',
  'answer-too-large': 'size',
  'files-too-large': 'size',
  'lease-memory-full': 'memory',
  'store-timeout': 'timeout',
  'mount-timeout': 'timeout',
  'memory-budget': 'timeout',
  'time-share': 'timeout',
  'store-unreachable': 'store',
  'store-connection-reset': 'store',
  'store-tls': 'store',
  'store-sealed': 'store',
  'store-rate-limited': 'store',
  'store-not-caught-up': 'store',
  'store-unavailable': 'store',
  'store-internal-error': 'store',
  'store-malformed-response': 'store',
  'api-unreachable': 'store',
} as const satisfies Record<string, Kind>;
export type Reason = keyof typeof REASONS;

export interface MountErrorOptions {
  readonly cause?: unknown;
  /** How long the store asked us to wait (its Retry-After), in milliseconds. */
  readonly retryAfterMs?: number;
  /** The store said that it does not know the token. OpenBao never says so, so false proves nothing. */
  readonly isTokenUnknown?: boolean;
}

export class MountError extends Error {
  readonly reason: Reason;
  readonly retryAfterMs: number | undefined;
  readonly isTokenUnknown: boolean;

  constructor(reason: Reason, message: string, options: MountErrorOptions = {}) {
    // No stack: errors are kept, and a stack keeps alive what its frames reference. The stack of `cause` locates a fault.
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super(message.toWellFormed(), options.cause === undefined ? undefined : { cause: options.cause });
    Error.stackTraceLimit = limit;
    this.name = 'MountError';
    this.reason = reason;
    this.retryAfterMs = options.retryAfterMs;
    this.isTokenUnknown = options.isTokenUnknown === true;
  }

  get kind(): Kind {
    return REASONS[this.reason];
  }

  get code(): Code {
    return codeOf(this.kind);
  }

  /** Position in the order of kinds: the lowest among several failures gives the mount its code and reason. */
  get precedence(): number {
    return KINDS.findIndex(([kind]) => kind === this.kind);
  }

  /** True if the same request may succeed later unchanged: the store or network recovers, or others free memory or time. */
  get isTransient(): boolean {
    return this.kind === 'store' || this.kind === 'timeout' || this.kind === 'memory';
  }
}

function codeOf(kind: Kind): Code {
  const row = KINDS.find(([name]) => name === kind);
  return row?.[1] ?? Code.INTERNAL;
}

/** Whatever was thrown, as a MountError; the unknown becomes `internal`, whose detail stays in `cause` for the log. */
export function asMountError(thrown: unknown): MountError {
  if (thrown instanceof MountError) return thrown;
  return new MountError('internal', 'internal error in the provider; see its log', {
    cause: thrown,
  });
}
