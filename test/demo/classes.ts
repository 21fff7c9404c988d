// The SecretProviderClasses of the demo as a user would write them. What the driver sends is parsed from the very
// text that is shown.
import { parse } from 'yaml';

export interface SecretClass {
  readonly name: string;
  readonly namespace: string;
  readonly yaml: string;
  readonly parameters: Readonly<Record<string, string>>;
}

interface Document {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: { readonly parameters: Readonly<Record<string, string>> };
}

function secretClass(yaml: string): SecretClass {
  const { metadata, spec } = parse(yaml) as Document;
  return { name: metadata.name, namespace: metadata.namespace, yaml, parameters: spec.parameters };
}

export const WEB = secretClass(`\
apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass
metadata: { name: web, namespace: shop }
spec:
  provider: vault
  parameters:
    roleName: web
    vaultAuthMountPath: jwt
    sessionScope: serviceAccount       # pods of one account share a login
    objects: |
      - objectName: db-password        # one field of a secret
        secretPath: secret/data/db
        secretKey: password
        filePermission: 0400
      - objectName: settings.json      # nested data, written as JSON
        secretPath: config/shop
        secretKey: settings
      - objectName: keys/signing.bin   # base64 text in the store, bytes in the pod
        secretPath: secret/data/signing
        secretKey: key
        encoding: base64
        filePermission: 0400
`);

export const LEDGER = secretClass(`\
apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass
metadata: { name: ledger, namespace: shop }
spec:
  provider: vault
  parameters:
    roleName: ledger
    vaultAuthMountPath: jwt
    objects: |
      - &issue                         # a certificate, made for this pod
        objectName: tls.crt
        secretPath: pki/issue/web
        method: POST
        secretArgs: { common_name: ledger.example.com, ttl: 24h }
        secretKey: certificate
      - <<: *issue                     # its key, out of the same answer
        objectName: tls.key
        secretKey: private_key
        filePermission: 0400
`);

/** Three problems: a field misspelt, an encoding that does not exist, a mode out of range. */
export const MISTAKEN = secretClass(`\
metadata: { name: mistaken, namespace: shop }
spec:
  parameters:
    roleName: web
    vaultAuthMountPath: jwt
    objects: |
      - objectName: db-password
        secretPth: secret/data/db
        secretKey: password
      - objectName: keys/signing.bin
        secretPath: secret/data/signing
        secretKey: key
        encoding: base46
      - objectName: settings.json
        secretPath: config/shop
        filePermission: 9999
`);

/** Well written; the second names a key that is not there, the third a secret that the role may not read. */
export const REFUSED = secretClass(`\
metadata: { name: refused, namespace: shop }
spec:
  parameters:
    roleName: web
    vaultAuthMountPath: jwt
    sessionScope: serviceAccount
    objects: |
      - objectName: settings.json
        secretPath: config/shop
        secretKey: settings
      - objectName: db-password
        secretPath: secret/data/db
        secretKey: passwort
      - objectName: payroll
        secretPath: payroll/data/march
`);
