// Paths that answer with bytes in place of JSON, and the path and key that have the same as JSON, as the engines of Vault
// and OpenBao name them.

const BESIDE: readonly (readonly [path: RegExp, beside: string, key: string])[] = [
  [/\/ca(\/pem)?$/, '/cert/ca', 'certificate'],
  [/\/ca_chain$/, '/cert/ca_chain', 'ca_chain'],
  [/\/crl(\/pem)?$/, '/cert/crl', 'certificate'],
  [/\/cert\/([^/]+)\/raw(\/pem)?$/, '/cert/$1', 'certificate'],
  [/\/issuer\/([^/]+)\/(pem|der)$/, '/issuer/$1/json', 'certificate'],
  [/\/issuer\/([^/]+)\/crl\/(pem|der)$/, '/issuer/$1/crl', 'crl'],
  [/\/public_key$/, '/config/ca', 'public_key'],
];

export function besideRaw(path: string): { readonly path: string; readonly key: string } | undefined {
  // The most specific pattern first: an issuer's list is not the mount's.
  const found = BESIDE.toReversed().find(([raw]) => raw.test(path));
  return found === undefined ? undefined : { path: path.replace(found[0], found[1]), key: found[2] };
}
