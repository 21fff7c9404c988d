// What a class asks for, parsed and checked. All later steps use a pod's parameters only in this form. A Plan is frozen
// plain data (no sockets, no timers); credentials in it are wrapped in Secret. All of it came from untrusted text.
import type { MountError } from '../errors.ts';
import type { Language } from '../extract/languages.ts';
import type { Secret } from '../secret.ts';
import type { DialectName } from '../template/dialects.ts';
import type { Template } from '../template/template.ts';
import type { Effect } from './methods.ts';
import type { DataFormat, Encoding, FileEncoding } from './object-table.ts';

/** Who asks, from the attributes the kubelet sets and the pod's author cannot override. */
export interface Identity {
  readonly namespace: string;
  readonly account: string;
  readonly podName: string;
  readonly podUid: string;
  /** True if the target path does not contain the pod's uid: the sync controller calls, not the kubelet for a pod. */
  readonly isPodless: boolean;
  /**
   * Uid of the service account, from a requested token. undefined if a token came with the mount, or if no token has it.
   */
  readonly accountUid?: string;
}

export interface TlsSettings {
  readonly caCertPath?: string | undefined;
  readonly caDirectory?: string | undefined;
  /** PEM given in the environment (VAULT_CACERT_BYTES). */
  readonly caPem?: string | undefined;
  readonly serverName?: string | undefined;
  readonly clientCertPath?: string | undefined;
  readonly clientKeyPath?: string | undefined;
  readonly skipVerify: boolean;
  /** The settings that named the files, so that a message can name them. */
  readonly names?: TlsNames | undefined;
}

/** The setting that named a file, as it was written: `vaultCACertPath`, `--vault-tls-ca-cert`, `VAULT_CACERT`. */
export type TlsNames = Readonly<
  Partial<Record<'caCertPath' | 'caDirectory' | 'caPem' | 'clientCertPath' | 'clientKeyPath', string>>
>;

export interface StoreSettings {
  /** `https://host:8200`, `http://...` or `unix:///path`; may carry a path. As written, without a trailing slash. */
  readonly address: string;
  /** The class or the pod's author named the address, not the node's operator. */
  readonly isFromClass: boolean;
  /** Empty: no namespace. */
  readonly namespace: string;
  readonly tls: TlsSettings;
}

export interface LoginSettings {
  /** Without slashes at its ends, for example `kubernetes` or `team/jwt`. */
  readonly mount: string;
  readonly role: string;
  /** The audience whose token is looked up in the attributes. */
  readonly audience: string;
  /** The audience to ask the API server for; undefined asks for its default one. */
  readonly requestAudience: string | undefined;
  /** Every token the attributes carry, by audience. */
  readonly tokens: ReadonlyMap<string, Secret<string>>;
  /** `serviceAccount` if the class says its pods may share a login; undefined lets the login method decide. */
  readonly scope: 'serviceAccount' | undefined;
}

/** One request for a secret. Two objects with equal reads take parts of one answer. */
export interface Read {
  /** Equal for equal reads, unequal otherwise: method, path, query and a digest of the body. Never shown. */
  readonly key: string;
  /** One of METHODS. */
  readonly method: string;
  readonly effect: Effect;
  /** Without a leading slash or `v1/`: `secret/data/app`. As the class wrote it, not yet percent-encoded. */
  readonly path: string;
  /** Percent-encoded, sorted by key, without `?`; empty if there is none. */
  readonly query: string;
  /** The JSON body with exact numbers, from `secretArgs`; undefined if there are none. */
  readonly body: Secret<string> | undefined;
  readonly leaseSettings: LeaseSettings;
  /** What is shown in place of a path that may hold a value: a template made it. */
  readonly shownAs?: string;
}

/** How a lease is managed. Equal for all objects of one read. */
export interface LeaseSettings {
  /** All pods of the account on this node share one lease. */
  readonly isShared: boolean;
  /** The first poll after this time reissues it, even if it lives longer; undefined: only its own life decides. */
  readonly refreshAfterMs: number | undefined;
  /** Revoked when no volume uses it any longer. */
  readonly isRevoked: boolean;
}

/** A file's content: the value of one key, or one whole answer. */
export interface ValueSource {
  readonly kind: 'value';
  readonly read: Read;
  /** `secretKey`; undefined asks for the whole answer as JSON. */
  readonly key: string | undefined;
  readonly encoding: Encoding;
  /** What the file holds if there is no such key. */
  readonly default?: string;
  /** Encoding of the file; undefined: the bytes are written unchanged. */
  readonly encode: FileEncoding | undefined;
}

/** A file's content: what an expression selects. */
export interface ExpressionSource {
  readonly kind: 'expression';
  readonly read: Read;
  /** `secretKey`, whose value is JSON or a text with JSON in it; undefined selects from the data of the secret. */
  readonly key: string | undefined;
  readonly language: Language;
  /** Source text. It is parsed again when used, so that a plan takes no more memory than its class. */
  readonly expression: string;
  /** Encoding of the selected value. */
  readonly encoding: Encoding;
  /** What the file holds if nothing is selected. */
  readonly default?: string;
  readonly encode: FileEncoding | undefined;
}

/** Which keys of a secret become files. Each expression is RE2 source and matches anywhere in a key's name. */
export interface KeySelection {
  /** A key is included if one of these matches; empty: all keys. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Applied in order, each to the result of the one before. */
  readonly rename: readonly Renaming[];
}

export interface Renaming {
  readonly from: string;
  readonly to: string;
}

/** A file for each key of a secret. */
export interface KeysSource {
  readonly kind: 'keys';
  readonly read: Read;
  readonly keys: KeySelection;
  readonly encoding: Encoding;
}

/** A folder of files for each secret of a folder in the store. */
export interface TreeSource {
  readonly kind: 'tree';
  /** Names the folder. This read is never sent: the engine at its path decides which requests are. */
  readonly read: Read;
  readonly encoding: Encoding;
  /** How many folders deep. */
  readonly depth: number;
  /** The most secrets. */
  readonly limit: number;
  /** undefined: the store is asked which engine it is. */
  readonly engine: GivenEngine | undefined;
  /** undefined: all secrets. */
  readonly wanted?: Wanted;
  /** The secrets that this mount found; always empty in a plan. */
  readonly secrets: readonly FoundSecret[];
}

/** A secret must match all of these. */
export interface Wanted {
  /** RE2 expression that must match within the secret's path in the folder; undefined: any path. */
  readonly name: string | undefined;
  /** Labels that the secret must have. */
  readonly tags: readonly (readonly [name: string, value: string])[];
}

export interface GivenEngine {
  /** Without slashes at its ends. */
  readonly mount: string;
  readonly version: 1 | 2;
}

export interface FoundSecret {
  /** Its path in the folder. */
  readonly path: string;
  readonly read: Read;
}

/** A file in the form of its consumer. */
export type FormatSource = DataSource | PemSource | Pkcs12Source;

/** The secret's data, or what one key of it holds. */
export interface DataSource {
  readonly kind: 'format';
  readonly format: DataFormat;
  readonly read: Read;
  /** `secretKey`; undefined: all of the data. */
  readonly key: string | undefined;
}

/** Blocks of several keys, joined. */
export interface PemSource {
  readonly kind: 'format';
  readonly format: 'pem';
  readonly read: Read;
  /** At least one, in the order in which they are joined. */
  readonly keys: readonly string[];
}

/** The same blocks, encrypted. */
export interface Pkcs12Source {
  readonly kind: 'format';
  readonly format: 'pkcs12';
  readonly read: Read;
  readonly keys: readonly string[];
  readonly password: { readonly read: Read; readonly key: string };
  readonly alias: string | undefined;
}

/** A file's content: the output of a template. */
export interface TemplateSource {
  readonly kind: 'template';
  readonly syntax: DialectName;
  readonly text: string;
  /** The delimiters around its actions. */
  readonly delimiters: readonly [left: string, right: string];
  /** A key that a secret lacks is an error. */
  readonly isStrict: boolean;
  /** Compiled once from the fields above, for the mounts of all pods. */
  readonly compiled: Template;
  /** The reads it is rendered with. Empty for the syntax `agent`: the mount finds its reads while it renders. */
  readonly named: readonly NamedRead[];
  /** Lease settings of the reads found while rendering. */
  readonly leaseSettings: LeaseSettings;
  /** The output of this mount, or its error; always undefined in a plan. */
  readonly rendered: Secret<Uint8Array> | MountError | undefined;
}

export interface NamedRead {
  readonly name: string;
  readonly read: Read;
  /** `secretKey`, whose text the template gets; undefined: a map of all keys. */
  readonly key: string | undefined;
  /** Encoding of that text. */
  readonly encoding: Encoding;
}

/** What the files of an object are made of, by SourceKind. Each kind has a maker in render/ (makers.ts). */
export type Source = SourceOfRead | TemplateSource;
/** Sources of one read, and at most a second one for a password. */
export type SourceOfRead = ValueSource | ExpressionSource | FormatSource | KeysSource | TreeSource;

export interface PlanObject {
  /** `objectName`: the file's path, or that of the folder of its files, and the id of its version. */
  readonly name: string;
  readonly source: Source;
  /** All requests that its files need. */
  readonly reads: readonly Read[];
  /** 0 to 0o777. */
  readonly mode: number;
  /** A missing path or key is then an absent file, not a failure. */
  readonly isOptional: boolean;
}

export interface Plan {
  readonly identity: Identity;
  /** The SecretProviderClass's name. */
  readonly className: string;
  readonly targetPath: string;
  readonly store: StoreSettings;
  readonly login: LoginSettings;
  /** In the class's order, at least one. */
  readonly objects: readonly PlanObject[];
  /** The distinct reads of `objects`, in the class's order. */
  readonly reads: readonly Read[];
  /** What was tolerated and should be put right, for the log: unknown fields, split pairs. */
  readonly warnings: readonly string[];
  /** How many credentials take their halves from different requests, so that the halves do not match (split-pairs.ts). */
  readonly splitPairs: number;
}

/** What the daemon's flags and environment give if a class is silent. */
export interface PlanDefaults {
  readonly store: Omit<StoreSettings, 'isFromClass'>;
  readonly mount: string;
  /** `vault` or `openbao`, by the socket the call came in on. */
  readonly audience: string;
  /** Default audience for classes that name none; undefined: the socket decides. */
  readonly classAudience: string | undefined;
  /** Certificate paths of a class must be one of these or lie below it; undefined: anywhere. */
  readonly tlsDirs: readonly string[] | undefined;
  /** A class may not leave its store's certificate unchecked. */
  readonly deniesSkipVerify: boolean;
}

/** The driver's request as it came: every field untrusted. */
export interface PlanRequest {
  /** JSON object of strings. Holds tokens. */
  readonly attributes: Secret<string>;
  /** JSON object of strings, or `null`. Holds credentials. */
  readonly secrets: Secret<string>;
  readonly targetPath: string;
  /** JSON number, decimal: `420` is 0644. */
  readonly permission: string;
}
