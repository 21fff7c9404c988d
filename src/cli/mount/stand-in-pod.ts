// The pod that a person stands in for: who it would be, and the request the driver would make for it.
import type { PlanRequest } from '../../plan/plan.ts';
import { Secret } from '../../secret.ts';
import { readClaims } from '../../session/claims.ts';
import { CommandFailed } from '../command-failed.ts';
import type { ClassManifest } from './manifest.ts';
import type { MountOptions } from './mount-options.ts';

export interface Pod {
  readonly namespace: string | undefined;
  readonly account: string | undefined;
  readonly name: string;
  readonly uid: string;
}

/** The driver's own, decimal: 0644. */
const PERMISSION = '420';
/**
 * A path without a pod's uid: each call is then a first mount, which never gets an earlier answer. The folder has the
 * earlier files anyway.
 */
const TARGET_PATH = '/';

/** @param jwt undefined: there is no service account token to say who it is. @throws CommandFailed */
export function readPod(options: MountOptions, jwt: Secret<string> | undefined): Pod {
  const claims = jwt === undefined ? undefined : readClaims(jwt);
  return {
    namespace: agree('--namespace', options.namespace, claims?.namespace),
    account: agree('--service-account', options.account, claims?.account),
    name: claims?.podName || 'secretmount-mount',
    uid: claims?.podUid || 'none',
  };
}

export function toRequest({ name, namespace, parameters }: ClassManifest, pod: Pod): PlanRequest {
  const attributes = {
    ...Object.fromEntries(parameters),
    'csi.storage.k8s.io/pod.name': pod.name,
    'csi.storage.k8s.io/pod.uid': pod.uid,
    'csi.storage.k8s.io/pod.namespace': pod.namespace ?? namespace ?? 'default',
    'csi.storage.k8s.io/serviceAccount.name': pod.account ?? 'default',
    secretProviderClass: name,
  };
  return {
    attributes: new Secret(JSON.stringify(attributes)),
    secrets: new Secret('null'),
    targetPath: TARGET_PATH,
    permission: PERMISSION,
  };
}

function agree(flag: string, given: string | undefined, claimed: string | undefined): string | undefined {
  if (given !== undefined && claimed !== undefined && given !== claimed)
    throw new CommandFailed(`${flag} says ${given}, but the service account token is of ${claimed}`);
  return claimed ?? given;
}
