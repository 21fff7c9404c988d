// A good request and node defaults for the tests of this room; each test names only what it changes.
import { MountError } from '../../src/errors.ts';
import { ObjectCache } from '../../src/plan/object-cache.ts';
import { parsePlan } from '../../src/plan/parse-plan.ts';
import type { Plan, PlanDefaults, PlanObject, PlanRequest } from '../../src/plan/plan.ts';
import { Secret } from '../../src/secret.ts';

export const POD_UID = '4b9b3c5e-0d3f-4b7a-9d61-3f1f0f1c2a10';
export const ONE_OBJECT = '- objectName: a\n  secretPath: secret/data/a\n';

export const DEFAULTS: PlanDefaults = {
  store: { address: 'https://127.0.0.1:8200', namespace: '', tls: { skipVerify: false } },
  mount: 'kubernetes',
  audience: 'vault',
  classAudience: undefined,
  tlsDirs: undefined,
  deniesSkipVerify: false,
};

export const KUBELET = {
  'csi.storage.k8s.io/pod.name': 'web-0',
  'csi.storage.k8s.io/pod.uid': POD_UID,
  'csi.storage.k8s.io/pod.namespace': 'team-a',
  'csi.storage.k8s.io/serviceAccount.name': 'web',
  'csi.storage.k8s.io/ephemeral': 'true',
  secretProviderClass: 'web-secrets',
};

export type Parameters = Readonly<Record<string, unknown>>;

/** undefined as a value leaves the key out. */
export function makeRequest(parameters: Parameters = {}, changes: Partial<PlanRequest> = {}): PlanRequest {
  return {
    attributes: new Secret(JSON.stringify({ ...KUBELET, roleName: 'web', objects: ONE_OBJECT, ...parameters })),
    secrets: new Secret('null'),
    targetPath: `/var/lib/kubelet/pods/${POD_UID}/volumes/kubernetes.io~csi/s/mount`,
    permission: '420',
    ...changes,
  };
}

export function plan(parameters: Parameters = {}, defaults: Partial<PlanDefaults> = {}): Plan {
  return parsePlan(makeRequest(parameters), { ...DEFAULTS, ...defaults }, new ObjectCache());
}

/** The plan's objects for this text of `objects`. */
export function objectsOf(objects: string): readonly PlanObject[] {
  return plan({ objects }).objects;
}

/** The first object with these fields (as YAML flow text) beside a name and a path. */
export function objectWith(fields: string): PlanObject {
  const [object] = objectsOf(`- {objectName: a, secretPath: p, ${fields}}`);
  if (object === undefined) throw new Error('no object');
  return object;
}

/** The refusal, as reason and message lines. */
export function refusalOf(act: () => unknown): readonly string[] {
  try {
    act();
  } catch (thrown) {
    if (!(thrown instanceof MountError)) throw thrown;
    return [thrown.reason, ...thrown.message.split('\n')];
  }
  throw new Error('not refused');
}

/** The lines below the headline of a class's refusal. */
export function problemsOf(parameters: Parameters, defaults: Partial<PlanDefaults> = {}): readonly string[] {
  return refusalOf(() => plan(parameters, defaults)).slice(2);
}
