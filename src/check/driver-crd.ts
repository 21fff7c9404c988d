// What the driver's own CRD says of a SecretProviderClass, without its descriptions: the API server judges a class by it
// before anybody else does. A test compares it with the driver's module.

export const DRIVER_VERSION = 'v1.6.0';

/** As much of OpenAPI's schema as the CRD has. */
export interface Schema {
  readonly type: 'string' | 'object' | 'array';
  /** Without these and `additionalProperties` an object may hold anything. */
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
}

const STRING: Schema = { type: 'string' };
const STRINGS: Schema = { type: 'object', additionalProperties: STRING };

const SPEC: Schema = {
  type: 'object',
  properties: {
    provider: STRING,
    parameters: STRINGS,
    secretObjects: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          secretName: STRING,
          type: STRING,
          labels: STRINGS,
          annotations: STRINGS,
          data: { type: 'array', items: { type: 'object', properties: { objectName: STRING, key: STRING } } },
        },
      },
    },
  },
};

function classOf(status: Schema): Schema {
  return {
    type: 'object',
    properties: { apiVersion: STRING, kind: STRING, metadata: { type: 'object' }, spec: SPEC, status },
  };
}

/** By served version. */
export const CLASS_SCHEMAS: Readonly<Record<string, Schema>> = {
  v1: classOf({ type: 'object' }),
  v1alpha1: classOf({
    type: 'object',
    properties: {
      byPod: { type: 'array', items: { type: 'object', properties: { id: STRING, namespace: STRING } } },
    },
  }),
};
