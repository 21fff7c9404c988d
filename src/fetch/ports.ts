// The interfaces that fetch/ needs: a store that answers reads. The store's own folder implements them.
import type { MountError } from '../errors.ts';
import type { JsonText } from '../json-text/json-text.ts';
import type { Method } from '../plan/methods.ts';
import type { Plan, Read, StoreSettings } from '../plan/plan.ts';
import type { Secret } from '../secret.ts';
import type { TokenClient } from '../session/ports.ts';

/** The response to one read. Immutable, and shared by all callers of the read. */
export interface Answer {
  readonly body: Secret<AnswerBody>;
  /** clock.now() when the request was sent. */
  readonly sentAt: number;
  /** True for a lease, a login or a wrapped response: it belongs to its requester and is never shared. */
  readonly hasLease: boolean;
  /** The lease's life from `sentAt`; 0 if there is no lease. */
  readonly leaseMs: number;
  /** Set if the lease can be renewed or revoked by its name. */
  readonly leaseId?: string | undefined;
  readonly isRenewable?: boolean | undefined;
  /** What it takes in memory. */
  readonly sizeBytes: number;
}

/** The response body, which only the store's own folder parses. Others keep it, weigh it and call these methods. */
export interface AnswerBody {
  /** The form to store, for Stores.parseBody. */
  readonly bytes: Buffer;
  /** Bytes of memory that keeping it takes. */
  readonly sizeBytes: number;
  /** Expiry of a certificate in it, in milliseconds since 1970; undefined if it has no readable certificate. */
  readonly expiresAt: number | undefined;
  /** Whether both have the same content, except for what the store makes anew for each response (a request id). */
  isSameAs(other: AnswerBody): boolean;
  /** Opens it for these keys, in one pass for all of them. */
  open(keys: Iterable<string>): OpenAnswer;
  /** A copy without values, for a lease that is only kept until it ends. */
  emptied(): AnswerBody;
}

/** An answer while files are made of it. */
export interface OpenAnswer {
  /** The secret's version in the store; undefined if the store has no versions. */
  readonly version: string | undefined;
  /** @param path for messages. @throws MountError key-missing */
  value(key: string, path: string, hints: KeyHints): JsonText;
  /**
   * The secret's own data, without what the store wraps around it: an object, whose entries() are the keys and values.
   * @param path for messages. @throws MountError key-missing if the answer has none, or is not JSON
   */
  secretData(path: string): JsonText;
  /** The content of a file whose object names no key. @throws TooLong */
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
  /** The data as the engine sent it, including what wraps the secret's own data; undefined if there is none. */
  readonly data: JsonText | undefined;
  readonly warnings: readonly string[] | null;
}

export interface KeyNames {
  /** Some of them, if there are very many. */
  readonly names: readonly string[];
  readonly count: number;
}

/** Describes a missing key for a message: the key probably meant, or the keys that exist. render/ implements it. */
export interface KeyHints {
  /** @param holder identifies the secret @param list returns its keys, at most `most` of them */
  describe(wanted: string, holder: object, list: (most: number) => KeyNames): string;
}

/** Memory for an answer, requested before more of it is read than was reserved. memory/ implements it. */
export interface ReadRoom {
  /** @returns undefined if reading may continue at once. @throws MountError; also as a rejection */
  reserve(receivedBytes: number, upToBytes: number): Promise<void> | undefined;
  /** Call before processing so many bytes at a stretch. @returns undefined if it may start at once */
  turn(bytes: number): Promise<void> | undefined;
  /** The error to report if the time is over now; undefined if it does not wait for memory. */
  readonly refusal: MountError | undefined;
}

/** Where an engine keeps the secrets of one folder: paths of reads. */
export interface FolderEngine {
  /** Its answer to LIST has names in `keys`, those of folders with a slash at the end. @param within '' for the folder itself */
  listPath(within: string): string;
  /** @param secret its path in the folder */
  secretPath(secret: string): string;
  /** Path of the read that returns the labels of a secret. @throws MountError if the engine has none */
  tagsPath(secret: string): string;
  /** @param told the answer to that read */
  tagsIn(told: AnswerBody): ReadonlyMap<string, string>;
}

/** A request as people write it: in the short form, or already in the form that the engine expects (isSpelledOut). */
export interface ShortRequest {
  readonly method: Method;
  readonly path: string;
  /** What is written; undefined: nothing is. */
  readonly fields: ReadonlyMap<string, string> | undefined;
}

/** A request in the form that the engine expects. */
export interface SpelledRequest {
  readonly path: string;
  /** JSON. */
  readonly body: string | undefined;
}

/** How the secrets of a store lie in folders. Pure. */
export interface FolderStore {
  /** The path of a read that tells which engine keeps the folder. */
  enginePath(folder: string): string;
  /** Whether the request already looks like the form the engine expects. If so, the engine need not be looked up. */
  isSpelledOut(request: ShortRequest): boolean;
  /** @param told the answer to the read of `enginePath` of a folder of it; undefined: it is sent as it is */
  spellOut(request: ShortRequest, told: OpenAnswer | undefined): SpelledRequest;
  /** @param told the answer to the read of `enginePath`. @throws MountError if such an engine has no folders */
  engineTold(folder: string, told: OpenAnswer): FolderEngine;
  /** The engine from the class's own settings. @throws MountError */
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
  /** Whether the result of this read says anything about the store's health: some paths choose their own status. */
  isEvidence(read: Read): boolean;
  /**
   * Whether it says of itself that namespaces mean nothing to it. Asked of the root namespace, without a token.
   * @throws MountError
   */
  ignoresNamespaces(signal: AbortSignal): Promise<boolean>;
  /**
   * Finds out why a read was refused or found nothing, by what is mounted at its path. @returns the given error if that
   * does not help. @throws MountError if the store cannot be asked.
   */
  explain(error: MountError, read: Read, token: Secret<string>, signal: AbortSignal): Promise<MountError>;
  /** Renews a lease; the store decides by how much. @throws MountError request-refused if there is no such lease. */
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
  /** Parses the AnswerBody.bytes that an earlier process stored; undefined if they are malformed. */
  parseBody(bytes: Buffer): AnswerBody | undefined;
}
