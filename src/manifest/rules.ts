// Every rule of the check by its name, with its level and what it is for: in one table, so that reports and
// docs/check.md say the same.

export type Level = 'error' | 'warning';

export interface RuleText {
  readonly level: Level;
  /** What the rule finds, for a person who reads its name in a report. */
  readonly help: string;
}

export const RULES = {
  unreadable: {
    level: 'error',
    help: 'a file or folder that cannot be read: the rest is checked all the same, and the exit code is 2',
  },
  syntax: { level: 'error', help: 'text that is not YAML, or more of it than a class can hold' },
  'class-form': {
    level: 'error',
    help: 'a SecretProviderClass the API server or the driver refuses: a field missing, unknown, twice or of another type',
  },
  parameter: { level: 'error', help: 'a parameter that refuses the mount' },
  object: { level: 'error', help: 'an object, or the list of them, that refuses the mount' },
  'split-pair': {
    level: 'error',
    help: 'a certificate and its key, or a user and its password, that two objects take from different requests: they do not fit each other',
  },
  'unknown-parameter': { level: 'warning', help: 'a parameter no provider knows: it is ignored' },
  'unknown-field': { level: 'warning', help: "an object's field no provider knows: it is ignored" },
  invisible: { level: 'warning', help: 'a name, key, path, role or mount with a character that nobody sees' },
  template: {
    level: 'warning',
    help: 'a part of a template that fails when it is reached: a function with too few arguments, a name that `reads` does not have',
  },
  placeholder: { level: 'warning', help: 'a text that a template or a person was to replace: `$(X)`, `<YOUR_X>`' },
  'guarded-address': {
    level: 'warning',
    help: 'an address that a node refuses unless its operator allows it: a Unix socket, a link-local or cloud metadata address',
  },
  'skip-verify': {
    level: 'warning',
    help: "a store whose certificate is not checked: whoever stands between gets the pod's token",
  },
  'no-effect': {
    level: 'warning',
    help: 'a field that does nothing as the others are: secretArgs with GET, encoding without secretKey, an empty secretKey',
  },
  'sync-tracked': {
    level: 'error',
    help: 'a label or annotation by which Argo CD takes the Secret for its own, and prunes it',
  },
  'sync-form': { level: 'error', help: 'a secretObjects entry that the driver or the API server refuses' },
  'sync-object': { level: 'error', help: 'a secretObjects entry that names no object of the class' },
  'sync-twice': { level: 'error', help: 'a Secret, or a key of one, that two entries write' },
  'sync-type': { level: 'warning', help: 'a type of Secret that looks misspelt' },
  'sync-optional': { level: 'warning', help: 'an optional object that is synced: while it is absent the sync fails' },
  'sync-folder': {
    level: 'warning',
    help: 'a file in a folder of keys that is synced: the driver does it, its separate sync controller takes no file of a folder',
  },
  churn: {
    level: 'warning',
    help: 'a whole answer of a path that makes a new credential or takes arguments: what names the answer is new each time, and the file with it',
  },
  'kv-version': { level: 'error', help: 'a path without data/ on a mount that the store says is KV version 2 (--ask)' },
  'kv-unknown': { level: 'warning', help: 'a mount the store does not tell about (--ask)' },
  'namespace-ignored': {
    level: 'error',
    help: 'vaultNamespace on a store that says it has none, as Vault Community does (--ask)',
  },
  'class-twice': {
    level: 'error',
    help: 'two classes of one name and namespace in one file: the later replaces the earlier',
  },
  'volume-form': {
    level: 'error',
    help: 'a pod volume the driver refuses: not read-only, naming no class, or another driver',
  },
  'volume-class': { level: 'error', help: 'a pod volume that names a class of another namespace, or one misspelt' },
  'volume-subpath': {
    level: 'warning',
    help: 'a mount of such a volume by subPath: a rotated secret never reaches the container',
  },
  'volume-unreadable': {
    level: 'error',
    help: 'a file that only root may read, in a pod whose containers all run as another user: the driver writes files as root',
  },
  'volume-group': {
    level: 'warning',
    help: "a file that only root and root's group may read, in a pod whose containers run as another user: fsGroup does nothing here",
  },
  'env-secret': {
    level: 'warning',
    help: 'a variable out of a Secret that a class syncs, in a pod that mounts no volume of the class: the Secret may not be there',
  },
  'volume-class-elsewhere': { level: 'warning', help: 'a pod volume whose class is not among what was checked' },
} as const satisfies Readonly<Record<string, RuleText>>;

export type Rule = keyof typeof RULES;
