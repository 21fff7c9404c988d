// Everything that a SecretProviderClass or a DaemonSet written for vault-csi-provider 1.7.4 or openbao-csi-provider
// 2.0.2 relies on, one sentence each. drop-in.test.ts fails where one of them has no case in cases/.

export const SENTENCES: Readonly<Record<string, string>> = {
  // parameters
  'role-required': 'A class names a role.',
  'objects-text': 'The objects are a YAML list in a text.',
  address: 'A class says where the store is.',
  namespace: "A class says which of the store's namespaces is meant.",
  'ca-file': 'A class says which file holds the CA certificates to trust.',
  'ca-folder': 'A class says which folder holds the CA certificates to trust.',
  'server-name': "A class says which name the store's certificate is for.",
  'client-certificate': 'A class says which certificate and key to show to the store.',
  'skip-verify':
    'Checking the certificate is switched off with any of the spellings of Go for true and false, and no other.',
  'mount-path': 'The login mount has two parameter names, a newer and an older one, which exclude each other.',
  audience: 'A class says for which audience the token must be.',
  'socket-audience': 'Where it does not, the socket that the driver calls decides: vault or openbao.',
  prefixes: 'Each connection parameter is looked up as bao, openbao, vault, in this order, on either socket.',
  'role-names': 'The role is looked up under four names in a fixed order, on either socket.',
  'class-wins': 'The class takes precedence over the flag.',
  'flag-wins': 'The flag takes precedence over the environment.',
  'bao-wins': 'BAO_X takes precedence over VAULT_X.',

  // one object
  'object-name': "An object's name is the path of its file, and no two have the same.",
  'secret-path': 'A path may start with / or /v1/ or with neither.',
  query: 'What follows the first ? of a path is the query.',
  'double-slash': 'A double slash in a path works.',
  method: 'An object is read with its method, or with GET.',
  arguments: 'The arguments are sent as the JSON body.',
  'permission-octal': 'A file mode is an integer of YAML 1.1: octal with a leading 0 or 0o, else decimal.',
  'permission-default': "Without a file mode, or with null or 0, the request's permission counts.",
  encodings: 'A value may be utf-8, base64 or hex, in any letter case.',
  base64: 'Base64 is the standard alphabet with padding, and line breaks in it do not count.',
  'yaml-forms': 'Anchors, merge keys, flow style, JSON and a leading document marker are understood.',
  'bare-names': 'A bare number or yes as a name is its text.',
  'no-objects': 'A class without objects, or with an empty list of them, is refused.',
  'unknown-fields': 'Unknown fields are passed over, with a warning in the log.',

  // login
  'token-in-attributes': "The login takes the audience's token out of the tokens that the driver brings.",
  'token-in-secrets': 'The driver may bring the tokens among the secrets.',
  'token-request': 'Where it brings none, one is asked of the API server, for 15 minutes and bound to the pod.',
  'token-request-audience': 'The token asked for has the audience of the class, and none if the class names none.',
  'login-body': 'A login posts the token and the role to the mount, which is kubernetes unless set.',
  'login-methods': 'The same login serves kubernetes and jwt mounts.',
  'ended-token': 'A read refused with a token that has ended costs one fresh login and one retry.',

  // value
  data: "A key is looked for in the answer's data, or in data.data where that is a map.",
  text: 'A text is written as it is.',
  json: "Any other value is written as Go's encoding/json would.",
  'missing-key': 'A missing key is an error.',
  whole: 'Without a key the file is the whole answer, its fields in a fixed order.',
  'whole-optional': 'auth, wrap_info and mount_type are there only if the store sent them.',
  'whole-kept': 'While the data stays the same, the earlier answer is kept, with its request_id.',
  'whole-changes': 'When the data changes, so does the file.',
  'no-lease': 'The lease_duration of KV version 1 is a hint, not a lease.',
  'one-read': 'One read serves all objects of a request that have the same path, query, method and arguments.',
  'shared-arguments': 'An object without arguments shares the read of the first object with its path and method.',
  'own-read': 'Objects that differ in one of them have reads of their own.',

  // version
  'version-changes': 'A version changes when the definition or the content of its object does, and else stays.',
  'version-tells-nothing': 'A version tells nothing about the content.',
  'version-key': "Versions are made with a key held in an immutable Secret of the provider's namespace.",
  'version-key-once': 'No mount reads that Secret.',

  // flags and environment
  serve: 'Arguments that are empty or start with a flag mean serve.',
  dashes: 'Flags take one dash or two.',
  flags: 'The flags of both providers are taken.',
  'openbao-flags': "OpenBao's names of the connection flags are taken.",
  'agent-socket': 'The address may be a Unix socket.',
  liveness: 'The health server answers /health/ready, on the address of --health-addr.',
  'default-address': 'Without an address it is https://127.0.0.1:8200.',
  'address-path': 'An address may carry a path.',
  environment: 'The connection may come from the environment, each variable as VAULT_X and as BAO_X.',
  'client-timeout': 'VAULT_CLIENT_TIMEOUT bounds a request.',
  'max-retries': 'VAULT_MAX_RETRIES bounds how often a request is repeated.',
  'no-token': 'VAULT_TOKEN is never used.',
  version: 'The program prints its version, as text or as JSON.',

  // better than theirs
  codes: 'An error has a code that says of which kind it is.',
  parallel: 'Objects are read in parallel.',
  'all-failures': 'One failure does not hide the others.',
  hanging: 'A store that hangs costs a pod seconds, not a minute.',
  'one-login': 'A poll does not log in again.',
  'no-data': 'An answer without data is an error, not a crash.',
  metrics: 'There are metrics.',
  sharing: 'Pods of one account share a login and its connections.',
};
