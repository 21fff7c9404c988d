// The pods of a rehearsal, as the driver tells of them: one for each login method, each with a class of the usual form.
import { Buffer } from 'node:buffer';
import type { MountMessage } from './rehearsal-driver.ts';

const NAME = 'rehearsal';
const OBJECTS = 4;
const ATTRIBUTE = 'csi.storage.k8s.io';

/** @param token the store of the rehearsal takes it */
export function podMessage(loginMount: 'jwt' | 'kubernetes', token: string): MountMessage {
  const uid = `${NAME}-${loginMount}`;
  const attributes = {
    roleName: NAME,
    vaultAuthMountPath: loginMount,
    objects: Array.from({ length: OBJECTS }, (_, index) => objectText(index)).join(''),
    secretProviderClass: NAME,
    [`${ATTRIBUTE}/ephemeral`]: 'true',
    [`${ATTRIBUTE}/pod.name`]: uid,
    [`${ATTRIBUTE}/pod.namespace`]: NAME,
    [`${ATTRIBUTE}/pod.uid`]: uid,
    [`${ATTRIBUTE}/serviceAccount.name`]: NAME,
    [`${ATTRIBUTE}/serviceAccount.tokens`]: JSON.stringify({ vault: { token: jwtOf(uid, token) } }),
  };
  return {
    attributes: JSON.stringify(attributes),
    secrets: 'null',
    targetPath: `/var/lib/kubelet/pods/${uid}/volumes/kubernetes.io~csi/secrets/mount`,
    permission: '420',
  };
}

function objectText(index: number): string {
  return `- objectName: "${NAME}-${index}"\n  secretPath: "secret/data/${NAME}/${index}"\n  secretKey: "password"\n`;
}

/** Its signature is what the store looks for. */
function jwtOf(uid: string, token: string): string {
  const pod = { name: uid, uid };
  const claims = { 'kubernetes.io': { namespace: NAME, serviceaccount: { name: NAME, uid: NAME }, pod } };
  return `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${token}`;
}
