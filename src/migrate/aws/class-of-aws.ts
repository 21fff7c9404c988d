// A class of the AWS provider (secrets-store-csi-driver-provider-aws): one object, and a JMESPath for each key of its JSON.
import { emitField, type Value } from '../../yaml/emit.ts';
import type { ClassObject } from '../class-object.ts';
import { DEFAULT_MODE } from '../class-object.ts';
import type { AwsSecret } from '../movable.ts';
import { isTemplate } from '../store-value.ts';

/** The operator's key for a secret that is no JSON. */
const TEXT_KEY = 'data';
/** A name of JMESPath that needs no quotes. */
const PLAIN = /^[A-Za-z_]\w*$/;

type Fields = Readonly<Record<string, Value>>;

export function awsParameters({ id, version }: AwsSecret, objects: readonly ClassObject[]): Fields {
  const keys = objects.map(({ name, value, mode }) => ({
    name,
    key: isTemplate(value) ? '' : (value.key ?? ''),
    mode,
  }));
  const whole = keys.find(({ key }) => key === TEXT_KEY);
  const paths = keys.filter((one) => one !== whole);
  const fields: Fields = {
    objectName: id,
    objectType: 'secretsmanager',
    ...(version === undefined ? {} : { objectVersion: version }),
    ...(whole === undefined ? {} : { objectAlias: whole.name, ...permission(whole.mode) }),
    ...(paths.length === 0
      ? {}
      : {
          jmesPath: paths.map(({ name, key, mode }) => ({
            path: PLAIN.test(key) ? key : JSON.stringify(key),
            objectAlias: name,
            ...permission(mode),
          })),
        }),
  };
  const lines = Object.entries(fields).map(([name, value]) => emitField(name, value, 2));
  // It writes another character for each slash otherwise.
  const hasFolders = objects.some(({ name }) => name.includes('/'));
  return { ...(hasFolders ? { pathTranslation: 'False' } : {}), objects: `- ${lines.join('\n  ')}\n` };
}

/** Four digits in quotes: it takes no number. */
function permission(mode: number): Fields {
  return mode === DEFAULT_MODE ? {} : { filePermission: mode.toString(8).padStart(4, '0') };
}
