// Files that no container of a pod can read. The driver writes them as root and is not told the fsGroup, and the kubelet
// leaves read-only volumes unchanged (v1.34, supportsFSGroup): only the mode grants access.

import { VOLUME } from '../file-path.ts';
import { fieldOf, mapsAt, textAt } from '../manifest/nodes.ts';
import type { Resource } from '../manifest/resources.ts';
import { FOLDER_KINDS } from '../plan/object-table.ts';
import { quote } from '../quote.ts';
import type { YamlMap, YamlNode } from '../yaml/node.ts';
import type { CheckedClass } from './class-check.ts';
import { classVolumesOf, containersOf, SecurityContext } from './pod-spec.ts';

/** Whether a container can read a file. `group`: only if its image makes it a member of root's group. */
type Access = 'yes' | 'group' | 'no';

interface VolumeMount {
  readonly node: YamlNode;
  readonly container: YamlMap;
  /** The mounted file, or the files below it. */
  readonly subPath: string | undefined;
}

interface ClosedFile {
  readonly name: string;
  readonly mode: number;
  readonly access: Access;
}

const EVERYBODY_READS = 0o004;
const GROUP_READS = 0o040;
/** With one of these capabilities a program may read what its user may not. */
const POWERS = /^(CAP_)?(ALL|DAC_OVERRIDE|DAC_READ_SEARCH)$/i;

export function checkFileModes(spec: YamlMap, resource: Resource, classes: readonly CheckedClass[]): void {
  if (textAt(spec, 'os', 'name') === 'windows') return;
  const mountsOf = findMounts(spec);
  for (const [volume, { className, hasOwnObjects }] of classVolumesOf(spec)) {
    if (hasOwnObjects) continue;
    const mounts = mountsOf.get(volume) ?? [];
    // Which files such a mount has is known when the container starts.
    if (mounts.some(({ node }) => fieldOf(node, 'subPathExpr') !== undefined)) continue;
    const named = classes.filter((one) => one.resource.name === className && one.resource.mayShareNamespace(resource));
    const [first, ...others] = named.map((one) => closedFiles(one, spec, mounts));
    // If several have one name, it is unknown which one the cluster has.
    if (first === undefined || first.length === 0 || others.some((files) => files.length === 0)) continue;
    for (const access of ['no', 'group'] as const) {
      const files = first.filter((file) => file.access === access);
      if (files.length > 0) report(files, mounts, className, spec, resource);
    }
  }
}

/** Mounts by the name of their volume. */
function findMounts(spec: YamlMap): ReadonlyMap<string, readonly VolumeMount[]> {
  const mounts = containersOf(spec).flatMap((container) =>
    mapsAt(container, 'volumeMounts').map((node) => ({ node, container, subPath: textAt(node, 'subPath') })),
  );
  return Map.groupBy(mounts, ({ node }) => textAt(node, 'name') ?? '');
}

/** The mounted files that no container with that mount is sure to be able to read. */
function closedFiles({ parsed }: CheckedClass, spec: YamlMap, mounts: readonly VolumeMount[]): readonly ClosedFile[] {
  if (parsed === undefined || parsed.problems.count > 0) return [];
  return parsed.objects.flatMap(({ name, mode, source }) => {
    const isFolder = FOLDER_KINDS.has(source.kind);
    const isIn = (subPath: string) =>
      `${name}/`.startsWith(`${subPath}/`) || (isFolder && (name === VOLUME || subPath.startsWith(`${name}/`)));
    const having = mounts.filter(({ subPath }) => subPath === undefined || isIn(subPath));
    const accesses = having.map(({ container }) => accessOf(new SecurityContext(spec, container), mode));
    if (accesses.length === 0 || accesses.includes('yes')) return [];
    return [{ name, mode, access: accesses.includes('group') ? 'group' : 'no' }];
  });
}

/** Also `yes` if it cannot be known. */
function accessOf(context: SecurityContext, mode: number): Access {
  const user = context.number('runAsUser');
  const isRoot = user === undefined ? !context.isOn('runAsNonRoot') : user === 0;
  const hasPowers = context.isOn('privileged') || context.texts('capabilities', 'add').some((one) => POWERS.test(one));
  if (isRoot || hasPowers || (mode & EVERYBODY_READS) !== 0) return 'yes';
  if ((mode & GROUP_READS) === 0) return 'no';
  const group = context.number('runAsGroup');
  if (group === 0 || context.number('fsGroup') === 0 || context.texts('supplementalGroups').includes('0')) return 'yes';
  const isKnown = group !== undefined && context.text('supplementalGroupsPolicy') === 'Strict';
  return isKnown ? 'no' : 'group';
}

function report(
  files: readonly ClosedFile[],
  mounts: readonly VolumeMount[],
  className: string,
  spec: YamlMap,
  resource: Resource,
): void {
  const [[file], [mount]] = [files, mounts];
  if (file === undefined || mount === undefined) return;
  const context = new SecurityContext(spec, mount.container);
  const more = files.length === 1 ? '' : ` and ${files.length - 1} more`;
  const octal = (mode: number) => `0${mode.toString(8).padStart(3, '0')}`;
  const who = `container ${quote(textAt(mount.container, 'name') ?? '')} runs as ${describeUser(context)}`;
  const what = `object ${quote(file.name)}${more} of class ${quote(className)}`;
  const whom = file.access === 'no' ? 'root' : "root and root's group";
  const noGroup = context.number('fsGroup') === undefined ? '' : ', and fsGroup changes no file of the driver';
  resource.report(
    file.access === 'no' ? 'volume-unreadable' : 'volume-group',
    fieldOf(mount.node, 'name')?.value.at ?? mount.node.at,
    `${who}; only ${whom} may read ${what}${noGroup}; write filePermission: ${octal(file.mode | 0o444)} there`,
  );
}

function describeUser(context: SecurityContext): string {
  const user = context.number('runAsUser');
  return user === undefined ? 'another user than root' : `user ${user}`;
}
