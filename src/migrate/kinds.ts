// How a field of the input ends, kind by kind: in one table, so that reports, `--allow` and docs/migrate.md say the same.

export type Level = 'note' | 'warning' | 'error';

export interface KindText {
  /** A note is mapped, a warning is mapped with a difference, an error is not mapped. */
  readonly level: Level;
  readonly help: string;
}

export const KINDS = {
  mapped: { level: 'note', help: 'a field that has its place in a class, a pod or a policy' },
  left: { level: 'note', help: 'left as it is on purpose: `avp.kubernetes.io/ignore`, or a pod that is not injected' },
  'nothing-to-do': {
    level: 'note',
    help: "a SecretProviderClass of HashiCorp's or OpenBao's provider: this one serves it as it is",
  },
  differs: { level: 'warning', help: 'mapped, with a difference that the message names' },
  plugin: { level: 'warning', help: 'an Argo CD Application that renders by the plugin: remove it there at the end' },
  check: {
    level: 'warning',
    help: "a SecretProviderClass of HashiCorp's or OpenBao's provider in which `secretmount check` finds errors: repair them",
  },
  result: { level: 'warning', help: 'what `secretmount check` warns of in the class or pod that was written' },
  'outside-data': {
    level: 'error',
    help: 'a placeholder where no file and no Secret comes: a name, label, image, replica count, host, an argument',
  },
  literal: { level: 'error', help: 'a fixed value beside placeholders that is no text' },
  text: { level: 'error', help: 'text around a placeholder in base64, or with `remove-missing`' },
  modifier: { level: 'error', help: 'a modifier that neither a field of an object nor a template stands for' },
  path: { level: 'error', help: 'a path, key or version that a class and its policy cannot name' },
  absent: {
    level: 'error',
    help: '`remove-missing` of a key that is taken as a variable: a sync needs all of its files',
  },
  leased: {
    level: 'error',
    help: 'a credential of each pod, taken as variables: a synced Secret would have that of one pod, which ends with it',
  },
  'all-keys': { level: 'error', help: 'keys that the input does not name, taken by envFrom: a sync needs every name' },
  store: { level: 'error', help: 'a store or a login that a class cannot name, or that is not in the input' },
  sealed: { level: 'error', help: 'values of Sealed Secrets without the key that opens them (`--sealing-key`)' },
  'secret-template': { level: 'error', help: 'a template of an operator that a class cannot have' },
  field: { level: 'error', help: 'a field of an operator that a class has no place for' },
  stays: {
    level: 'error',
    help: 'a Secret that something else than a pod takes: imagePullSecrets, Ingress TLS, another controller (--sync-only)',
  },
  'no-pod': { level: 'error', help: 'a Secret or ConfigMap that no pod of the input takes (--sync-only)' },
  form: { level: 'error', help: 'a pod or a resource of a form that cannot be changed in place' },
  template: {
    level: 'error',
    help: 'a template, a patch, or a kustomization that changes resources: migrate what `helm template` or `kustomize build` makes of it',
  },
  syntax: { level: 'error', help: 'a document that cannot be read' },
  'result-refused': {
    level: 'error',
    help: 'what `secretmount check` calls an error in the class or pod that was written: the mount or the pod fails',
  },
  'other-system': { level: 'error', help: 'a resource of a system that this version does not migrate' },
} as const satisfies Readonly<Record<string, KindText>>;

export type Kind = keyof typeof KINDS;

/** The text for kind `form`. */
export const UNCHANGEABLE =
  'cannot be changed in place (an anchor, a merge key, or a resource within brackets); write it out';

/** One field of the input, and what became of it. */
export interface Outcome {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly level: Level;
  readonly rule: Kind;
  readonly message: string;
  /** For example `Secret shop/db`; undefined for text that is none. */
  readonly resource: string | undefined;
}
