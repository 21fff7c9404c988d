// What fetch/ needs of the outside: a store that answers reads. The store's own room implements it.
import type { MountError } from '../errors.ts';
import type { JsonText } from '../json-text/json-text.ts';
import type { Method } from '../plan/methods.ts';
import type { Plan, Read, StoreSettings } from '../plan/plan.ts';
import type { Secret } from '../secret.ts';
import type { TokenClient } from '../session/ports.ts';

/** What the store said to one read. Immutable, and shared by all callers of the read. */
export interface Answer {
  readonly body: Secret<AnswerBody>;
  /** clock.now() when the request was sent. */
  readonly sentAt: number;
  /** It is a lease, a login or a wrapped answer: it belongs to whoever asked and is never shared. */
  readonly hasLease: boolean;
  /** The lease's life from `sentAt`; 0 if there is no lease. */
  readonly leaseMs: number;
  /** Set if the lease can be renewed or revoked by its name. */
  readonly leaseId?: string | undefined;
  readonly isRenewable?: boolean | undefined;
  /** What it takes in memory. */
  readonly sizeBytes: number;
}

/** All that the store sent, as only its own room reads it: others keep it, weigh it, and ask. */
export interface AnswerBody {
  /** In which it is kept (Stores.parseBody). */
  readonly bytes: Buffer;
  /** What keeping it takes in memory. */
  readonly sizeBytes: number;
  /** When a certificate in it ends, in milliseconds since 1970; undefined if there is none that can be read. */
  readonly expiresAt: number | undefined;
  /** It says the same; what a store adds to each answer does not count. */
  isSameAs(other: AnswerBody): boolean;
  /** For these keys: it is walked through once, however many are asked for. */
  open(keys: Iterable<string>): OpenAnswer;
  /** One without any value, for a lease that only waits for its end. */
  emptied(): AnswerBody;
}

/** An answer while files are made of it. */
export interface OpenAnswer {
  /** The secret's, as the store itself counts; undefined if it counts none. */
  readonly version: string | undefined;
  /** @param path for messages. @throws MountError key-missing */
  value(key: string, path: string, hints: KeyHints): JsonText;
  /**
   * The secret's own data, without what the store wraps around it: an object, whose entries() are the keys and values.
   * @param path for messages. @throws MountError key-missing if the answer has none, or is not JSON
   */
  secretData(path: string): JsonText;
  /** As a file that names no key has it. @throws TooLong */
  whole(mostBytes: number): Uint8Array;
  /** @param path for messages. @throws MountError key-missing if the answer is not JSON */
  wrapped(path: string): WrappedAnswer;
}

/** An answer as templates see it: its data with what the store wraps around that. */
export interface WrappedAnswer {
  readonly requestId: string;
  readonly leaseId: string;
  readonly leaseSeconds: number;
  readonly isRenewable: boolean;
  /** As the engine sent it, also what it wraps around the secret's own; undefined if there is none. */
  readonly data: JsonText | undefined;
  readonly warnings: readonly string[] | null;
}

export interface KeyNames {
  /** Some of them, if there are very many. */
  readonly names: readonly string[];
  readonly count: number;
}

/** Says of a missing key which one was probably meant, or which there are. render/ implements it. */
export interface KeyHints {
  /** @param holder stands for the secret. @param list its keys, so many of them at most */
  describe(wanted: string, holder: object, list: (most: number) => KeyNames): string;
}

/** Memory for an answer, asked before each part of it is read. memory/ implements it. */
export interface ReadRoom {
  /** @returns undefined if it may go on at once. @throws MountError; also as a rejection */
  reserve(receivedBytes: number, upToBytes: number): Promise<void> | undefined;
  /** Before so many bytes are gone through in one go. @returns undefined if that may be at once */
  turn(bytes: number): Promise<void> | undefined;
  /** What to fail on if the time is over now; undefined if no memory is waited for. */
  readonly refusal: MountError | undefined;
}

/** Where an engine keeps the secrets of one folder: paths of reads. */
export interface FolderEngine {
  /** Its answer to LIST has names in `keys`, those of folders with a slash at the end. @param within '' for the folder itself */
  listPath(within: string): string;
  /** @param secret its path in the folder */
  secretPath(secret: string): string;
  /** Of the read that tells the labels of a secret. @throws MountError if the engine has none */
  tagsPath(secret: string): string;
  /** @param told the answer to it */
  tagsIn(told: AnswerBody): ReadonlyMap<string, string>;
}

/** A request that names a secret as people do. */
export interface ShortRequest {
  readonly method: Method;
  readonly path: string;
  /** What is written; undefined: nothing is. */
  readonly fields: ReadonlyMap<string, string> | undefined;
}

/** A request as the engine wants it. */
export interface SpelledRequest {
  readonly path: string;
  /** JSON. */
  readonly body: string | undefined;
}

/** How the secrets of a store lie in folders. Pure. */
export interface FolderStore {
  /** The path of a read that tells which engine keeps the folder. */
  enginePath(folder: string): string;
  /** Whether it looks as the engine wants it, so that which engine it is need not be asked. */
  isSpelledOut(request: ShortRequest): boolean;
  /** @param told the answer to the read of `enginePath` of a folder of it; undefined: it is sent as it is */
  spellOut(request: ShortRequest, told: OpenAnswer | undefined): SpelledRequest;
  /** @param told the answer to it. @throws MountError if there are no folders in such an engine */
  engineTold(folder: string, told: OpenAnswer): FolderEngine;
  /** By what the class says of it. @throws MountError */
  engineGiven(folder: string, mount: string, version: 1 | 2): FolderEngine;
}

export interface StoreClient extends TokenClient {
  readonly folders: FolderStore;
  /**
   * One request, one answer, no retries. What is not an answer of a store is store-malformed-response; a version that
   * was deleted is version-deleted; a right that is missing is read-forbidden; a request that is wrong is
   * request-refused.
   * @throws MountError whose message starts with the method and path and never holds a value.
   */
  read(read: Read, token: Secret<string>, signal: AbortSignal, room?: ReadRoom): Promise<Answer>;
  /** Whether what this read comes to shows how the store is: one may choose its own status. */
  isEvidence(read: Read): boolean;
  /**
   * Whether it says of itself that namespaces mean nothing to it. Asked of the root namespace, without a token.
   * @throws MountError
   */
  ignoresNamespaces(signal: AbortSignal): Promise<boolean>;
  /**
   * Why a read was refused or found nothing, told by what is mounted there. @returns the error itself if the store
   * tells nothing that helps. @throws MountError if it cannot be asked.
   */
  explain(error: MountError, read: Read, token: Secret<string>, signal: AbortSignal): Promise<MountError>;
  /** Lengthens a lease; the store decides by how much. @throws MountError request-refused if there is no such lease. */
  renewLease(leaseId: string, token: Secret<string>, signal: AbortSignal): Promise<LeaseGrant>;
  /** Ends a lease by its name, which the default policy does not allow. @throws MountError */
  revokeLease(leaseId: string, token: Secret<string>, signal: AbortSignal): Promise<void>;
}

export interface LeaseGrant {
  /** clock.now() when the request was sent. */
  readonly sentAt: number;
  /** From `sentAt`; 0: without end. */
  readonly leaseMs: number;
  readonly isRenewable: boolean;
}

/** What must be known of a store before a class's reads are sent there. */
export interface StoreCheck {
  /** @throws MountError */
  check(plan: Plan, client: StoreClient, signal: AbortSignal): Promise<void>;
}

export interface Stores {
  /**
   * Reads the TLS files (again if they changed) and applies the address rules. @throws MountError tls-file,
   * address-refused.
   */
  open(settings: StoreSettings): Promise<StoreClient>;
  /** What an earlier process kept of an answer (AnswerBody.bytes); undefined if it is none. */
  parseBody(bytes: Buffer): AnswerBody | undefined;
}
