// The files that the agent writes into a pod: which template makes each, where it lies, and its mode.
import { findPathProblem } from '../../file-path.ts';
import { quote } from '../../quote.ts';
import type { Position } from '../../yaml/position.ts';
import { type ClassObject, DEFAULT_MODE } from '../class-object.ts';
import type { Obstacle } from '../movable.ts';
import { agentObject } from './agent-object.ts';
import type { Annotations } from './annotations.ts';
import { BRACES, type FileSettings } from './file-settings.ts';

export interface InjectedFile extends FileSettings {
  readonly object: ClassObject;
  readonly at: Position;
}

const DEFAULT_MOUNT = '/vault/secrets';
/** Each makes a file, also without the others. A template in a file is told as what has no place. */
const MAKES_ONE = ['agent-inject-secret-', 'agent-inject-template-'];
const FILE_TEMPLATE = 'agent-inject-template-file-';
/** By `agent-inject-default-template`, as the injector has them (vault-k8s, agent-inject/agent/config.go). */
const DEFAULT_TEMPLATES: ReadonlyMap<string, (path: string) => string> = new Map([
  ['map', (path) => `{{ with secret "${path}" }}{{ range $k, $v := .Data }}{{ $k }}: {{ $v }}\n{{ end }}{{ end }}`],
  ['json', (path) => `{{ with secret "${path}" }}{{ .Data | toJSON }}\n{{ end }}`],
]);
const MODE = /^[0-7]{1,4}$/;

/** @param refuse what keeps the pod as it is. */
export function readFiles(annotations: Annotations, refuse: (obstacle: Obstacle) => void): readonly InjectedFile[] {
  const files: InjectedFile[] = [];
  const read = new Set<string>();
  const places = new Set<string>();
  for (const { name, value, at } of annotations.list) {
    const start = MAKES_ONE.find((one) => name.startsWith(one) && !name.startsWith(FILE_TEMPLATE));
    const suffix = name.slice(start?.length);
    if (start === undefined || suffix === '' || value.trim() === '' || read.has(suffix)) continue;
    read.add(suffix);
    const file = readFile(annotations, suffix, at, refuse);
    if (file === undefined) continue;
    const place = `${file.mountPath}/${file.name}`;
    if (places.has(place))
      refuse({ kind: 'form', at, why: `another annotation makes ${quote(place)} too; remove one` });
    places.add(place);
    files.push(file);
  }
  return files;
}

function readFile(
  annotations: Annotations,
  suffix: string,
  at: Position,
  refuse: (obstacle: Obstacle) => void,
): InjectedFile | undefined {
  const template = annotations.text(`agent-inject-template-${suffix}`) ?? defaultTemplate(annotations, suffix);
  const keepsCase = annotations.find(`preserve-secret-case-${suffix}`) !== undefined;
  const isAsWritten = annotations.isOn(keepsCase ? `preserve-secret-case-${suffix}` : 'preserve-secret-case');
  const given = annotations.text(`agent-inject-file-${suffix}`) ?? (isAsWritten ? suffix : suffix.toLowerCase());
  const name = given
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
  const problem = findPathProblem(name);
  const mode = modeOf(annotations.text(`agent-inject-perms-${suffix}`));
  if (problem !== undefined) refuse({ kind: 'path', at, why: `the file ${quote(given)}: ${problem}` });
  if (mode === undefined)
    refuse({ kind: 'field', at, why: `${quote(suffix)}: agent-inject-perms is no mode up to 0777` });
  if (template === undefined)
    refuse({
      kind: 'field',
      at,
      why: 'agent-inject-default-template is neither map nor json, which the injector refuses',
    });
  if (problem !== undefined || mode === undefined || template === undefined) return undefined;
  const settings = {
    suffix,
    name,
    mountPath:
      annotations.text(`secret-volume-path-${suffix}`) ?? annotations.text('secret-volume-path') ?? DEFAULT_MOUNT,
    template,
    delimiters: [
      annotations.text(`agent-template-left-delim-${suffix}`) ?? BRACES[0],
      annotations.text(`agent-template-right-delim-${suffix}`) ?? BRACES[1],
    ],
    errorOnMissingKey: annotations.isOn(`error-on-missing-key-${suffix}`),
    mode,
  } as const;
  return { ...settings, object: agentObject(settings), at };
}

function defaultTemplate(annotations: Annotations, suffix: string): string | undefined {
  const kind = annotations.text('agent-inject-default-template') ?? 'map';
  return DEFAULT_TEMPLATES.get(kind.toLowerCase())?.(annotations.text(`agent-inject-secret-${suffix}`) ?? '');
}

/** 0 is none to the agent. */
function modeOf(perms: string | undefined): number | undefined {
  if (perms === undefined) return DEFAULT_MODE;
  const mode = MODE.test(perms) ? Number.parseInt(perms, 8) : Number.NaN;
  return mode <= 0o777 ? mode || DEFAULT_MODE : undefined;
}
