// The parameters of a class, in one table: how each is spelt, what the JSON Schema describes, and what
// docs/parameters.md lists.

/** In order of precedence, on either socket. */
export const PREFIXES = ['bao', 'openbao', 'vault'] as const;

/** What a parameter's text is. */
export type ParameterForm = 'text' | 'address' | 'path' | 'boolean' | 'scope' | 'objects';

export interface ParameterText {
  readonly help: string;
  readonly form: ParameterForm;
  /** If it is absent. */
  readonly default: string;
}

/** Each with one of the prefixes: `vaultAddress`. */
export const CONNECTION_PARAMETERS = {
  Address: {
    help: '`https://`, `http://` or `unix:///path`; may carry a path; a `/v1` at its end does not count',
    form: 'address',
    default: '`--vault-addr`',
  },
  Namespace: { help: "the store's own namespace", form: 'text', default: '`--vault-namespace`' },
  AuthMountPath: {
    help: 'auth mount path; a leading `auth/` does not count',
    form: 'text',
    default: '`--vault-mount`',
  },
  KubernetesMountPath: { help: 'its older name; not both', form: 'text', default: '`--vault-mount`' },
  CACertPath: {
    help: "file of CA certificates to trust; a class that names one, or a folder, replaces all of the node's",
    form: 'path',
    default: "the node's flags, then the system's",
  },
  CADirectory: { help: 'folder of such files', form: 'path', default: 'the same' },
  TLSServerName: {
    help: "name to ask for and to expect in the store's certificate",
    form: 'text',
    default: "the address's host",
  },
  TLSClientCertPath: {
    help: 'certificate to show to the store; only with its key',
    form: 'path',
    default: "the node's flags",
  },
  TLSClientKeyPath: { help: 'its key', form: 'path', default: "the node's flags" },
  SkipTLSVerify: { help: "`true`: do not check the store's certificate", form: 'boolean', default: '`false`' },
} as const satisfies Readonly<Record<string, ParameterText>>;
export type ConnectionParameter = keyof typeof CONNECTION_PARAMETERS;

export const ROLE_SPELLINGS = ['baoRoleName', 'openbaoRoleName', 'vaultRoleName', 'roleName'] as const;
export const ROLE: ParameterText = { help: 'role of the login method', form: 'text', default: 'required' };

export const PLAIN_PARAMETERS = {
  objects: { help: 'a YAML list in a string, at most 256 KiB and 1,000 objects', form: 'objects', default: 'required' },
  audience: {
    help: 'of the service account token',
    form: 'text',
    default: '`--audience`, else `vault`, on `openbao.sock` `openbao`',
  },
  sessionScope: {
    help: '`serviceAccount`: the pods of an account share a login also by a `jwt` mount',
    form: 'scope',
    default: 'by the login method',
  },
} as const satisfies Readonly<Record<string, ParameterText>>;

/** strconv.ParseBool of Go, which the providers before this one read with. */
export const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'true', 'TRUE', 'True'].map((text) => [text, true] as const),
  ...['0', 'f', 'F', 'false', 'FALSE', 'False'].map((text) => [text, false] as const),
]);
