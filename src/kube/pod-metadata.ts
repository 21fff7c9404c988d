// The uids in a pod's metadata. A static pod has two: the kubelet's, which its volumes carry, and that of its mirror in the
// API, whose annotation names the kubelet's.
import { getOwn, isJsonObject, type JsonValue } from '../json.ts';

/** A pod that holds something in the store. */
export interface PodRef {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** Set by the kubelet on each static pod and its mirror (pkg/kubelet/types/pod_update.go). */
const STATIC_UID_ANNOTATION = 'kubernetes.io/config.hash';

/** Empty if `object` is not a pod's metadata. */
export function readUids(object: JsonValue | undefined): readonly string[] {
  const metadata = readMember(object, 'metadata');
  const uid = readMember(metadata, 'uid');
  if (typeof uid !== 'string' || uid === '') return [];
  const staticUid = readMember(readMember(metadata, 'annotations'), STATIC_UID_ANNOTATION);
  return typeof staticUid === 'string' ? [uid, staticUid] : [uid];
}

/** The version of a pod, a bookmark or a list; undefined if there is none to resume from. */
export function readVersion(object: JsonValue | undefined): string | undefined {
  const version = readMember(readMember(object, 'metadata'), 'resourceVersion');
  // "0" would ask for any state, as if nothing had been seen.
  return typeof version === 'string' && version !== '' && version !== '0' ? version : undefined;
}

/** undefined if `value` is not an object or lacks it. */
export function readMember(value: JsonValue | undefined, key: string): JsonValue | undefined {
  return isJsonObject(value) ? getOwn(value, key) : undefined;
}
