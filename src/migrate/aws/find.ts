// AWSSecrets of aws-secret-operator: their keys are in AWS Secrets Manager only, so that a class has those that pods name.
import { fieldOf, mapAt, textAt } from '../../manifest/nodes.ts';
import { quote } from '../../quote.ts';
import type { YamlField } from '../../yaml/node.ts';
import type { Input } from '../input.ts';
import { labelsOfSynced } from '../labels.ts';
import type { AwsSecret, Movable, Obstacle } from '../movable.ts';

const GROUP = 'mumoshu.github.io/';
/** As names and ARNs are written; they go into YAML and IAM policies. */
const SECRET_ID = /^[\w/+=.@:-]{1,2048}$/;

export function isAwsSecret({ kind, map }: Input): boolean {
  return kind === 'AWSSecret' && (textAt(map, 'apiVersion') ?? '').startsWith(GROUP);
}

export function findAwsSecrets(inputs: readonly Input[]): readonly Movable[] {
  return inputs.filter(isAwsSecret).map(toMovable);
}

function toMovable(input: Input): Movable {
  const spec = mapAt(input.map, 'spec');
  const obstacles: Obstacle[] = [];
  const refuse = (field: YamlField | undefined, kind: Obstacle['kind'], why: string) =>
    void obstacles.push({ kind, at: field?.at ?? input.map.at, why });
  for (const [name, field] of spec?.fields ?? []) {
    if (name === 'dataFrom')
      refuse(field, 'field', 'dataFrom decodes each value from base64, and no class of the AWS provider does');
    else if (!['stringDataFrom', 'type', 'metadata'].includes(name))
      refuse(field, 'field', `${quote(name)} has no place in a class`);
  }
  const reference = mapAt(spec, 'stringDataFrom', 'secretsManagerSecretRef');
  const id = textAt(reference, 'secretId') ?? '';
  const version = textAt(reference, 'versionId');
  const bad = [id, version ?? 'none'].find((text) => !SECRET_ID.test(text));
  if (bad !== undefined && obstacles.length === 0)
    refuse(fieldOf(spec, 'stringDataFrom'), 'path', `a class cannot name the secret or version ${quote(bad)}`);
  return {
    input,
    of: 'Secret',
    name: input.name,
    connection: NO_STORE,
    aws: { id, version },
    secret: { type: textAt(spec, 'type') ?? 'Opaque', labels: labelsOfSynced(mapAt(spec, 'metadata')) },
    values: new Map(),
    all: undefined,
    obstacles,
    reportRest: () => report(input, { id, version }),
  };
}

/** It logs in to AWS. */
const NO_STORE = {
  address: undefined,
  namespace: undefined,
  authMount: undefined,
  audience: undefined,
  method: 'kubernetes',
} as const;

function report(input: Input, { id, version }: AwsSecret): void {
  const spec = mapAt(input.map, 'spec');
  for (const [name, { at }] of spec?.fields ?? []) {
    if (name === 'type' || name === 'metadata') input.report('mapped', at, `${name}: of the synced Secret`);
    else {
      const pinned = version === undefined ? '' : `, version ${quote(version)}`;
      input.report(
        'mapped',
        at,
        `stringDataFrom: ${quote(id)}${pinned} of the provider aws, each key that a pod names`,
      );
      for (const difference of DIFFERENCES) input.report('differs', at, difference);
    }
  }
}

const DIFFERENCES = [
  "each pod's service account logs in to AWS: it needs a role (eks.amazonaws.com/role-arn, or Pod Identity) with secretsmanager:GetSecretValue and DescribeSecret of this secret; the region is that of the node",
  'a value that is no text stops the mount, where the operator made it empty; AWSVersionId is not there',
  'a volume also holds the whole secret, as one more file; the key data is the whole of it, as of one that is no JSON',
];
