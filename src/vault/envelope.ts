// Finds the data that a class asks for in an answer, and the values of its keys. Only own properties count, and errors name
// what is missing. How a value becomes bytes is up to render/.
import { MountError } from '../errors.ts';
import type { KeyHints, OpenAnswer, WrappedAnswer } from '../fetch/ports.ts';
import { collect } from '../json-text/go-form.ts';
import type { JsonText } from '../json-text/json-text.ts';
import { unwrapRaw } from '../json-text/raw-body.ts';
import { quoteName } from '../printable.ts';
import { besideRaw } from './raw-paths.ts';
import { writeWhole } from './whole.ts';

/** The envelope's own fields; an answer in which all are empty is bare (isBare). */
const ENVELOPE = ['request_id', 'lease_id', 'lease_duration', 'renewable', 'data', 'warnings', 'auth', 'wrap_info'];
const FIELDS: ReadonlySet<string> = new Set([...ENVELOPE, 'mount_type']);
const NONE: ReadonlyMap<string, JsonText> = new Map();

/** One answer while files are made of it. Each level is parsed once, however many keys are asked for. */
export class Envelope implements OpenAnswer {
  /** `data`; of a bare answer (sys/health and the like) the whole; undefined if there is none. */
  readonly data: JsonText | undefined;
  /** The members of `data`: the keys that a class may ask for, or KV v2's own fields. */
  readonly #outer: ReadonlyMap<string, JsonText>;
  /** KV v2 wraps what people wrote in a second `data`; everything else is found one level up. */
  readonly #holder: JsonText | undefined;
  readonly #values: ReadonlyMap<string, JsonText>;

  readonly #body: JsonText;
  /** The answer as it came, if it is not JSON. */
  readonly #raw: Buffer | undefined;

  /** @param keys all that will be selected */
  constructor(body: JsonText, keys: Iterable<string>) {
    const wanted = new Set(keys).add('data').add('metadata');
    this.#body = body;
    this.#raw = unwrapRaw(body);
    const data = body.get('data');
    if (data?.kind === 'object') this.data = data;
    else if (this.#raw === undefined && isBare(this.fields)) this.data = body;
    this.#outer = this.data?.pick(wanted) ?? NONE;
    const inner = this.#outer.get('data');
    const isWrapped = inner?.kind === 'object';
    this.#holder = isWrapped ? inner : this.data;
    this.#values = isWrapped ? inner.pick(wanted) : this.#outer;
  }

  /** The answer's own fields. */
  get fields(): ReadonlyMap<string, JsonText> {
    return this.#body.pick(FIELDS);
  }

  /** The version of a KV v2 secret, from the metadata only that engine adds; undefined for any other answer. */
  get version(): string | undefined {
    // A bare answer has no version: its `data` is not KV's.
    const metadata = this.data === this.#body ? undefined : this.#outer.get('metadata');
    // In KV v1, `metadata` may be the user's own key: its numbers are content, and must not show in a version.
    const isKv2 = metadata?.get('created_time')?.kind === 'string' && isBoolean(metadata.get('destroyed'));
    const version = isKv2 ? metadata?.get('version')?.number : undefined;
    return version !== undefined && /^[1-9][0-9]{0,15}$/.test(version) ? version : undefined;
  }

  value(key: string, path: string, hints: KeyHints): JsonText {
    if (this.#raw !== undefined) throw withoutKeys(path, key);
    const holder = this.#holder;
    if (holder === undefined) {
      throw new MountError(
        'key-missing',
        `${path} answered without data, so it has no key ${quoteName(key)}; leave secretKey out to mount the whole answer`,
      );
    }
    const value = this.#values.get(key);
    if (value !== undefined) return value;
    // KV version 2's own fields are not keys of a secret.
    if (key !== 'data' && key !== 'metadata' && this.#outer.has(key)) {
      throw new MountError(
        'key-missing',
        `${path} has ${quoteName(key)} beside a map named "data", which hides it as in KV version 2; rename the map, or leave secretKey out`,
      );
    }
    const hint = hints.describe(key, holder, (most) => holder.keys(most));
    throw new MountError('key-missing', `${path} has no key ${hint}`);
  }

  secretData(path: string): JsonText {
    if (this.#raw === undefined && this.#holder !== undefined) return this.#holder;
    const what = this.#raw === undefined ? 'data' : 'JSON';
    throw new MountError(
      'key-missing',
      `${path} answered without ${what}, so it has no keys; name no more than objectName and secretPath to mount the answer as it is`,
    );
  }

  wrapped(path: string): WrappedAnswer {
    if (this.#raw !== undefined) {
      const fix = 'a template cannot read it; mount the answer as it is, with objectName and secretPath alone';
      throw new MountError('key-missing', `${path} answered without JSON; ${fix}`);
    }
    const { fields } = this;
    const warnings = fields.get('warnings');
    return {
      requestId: fields.get('request_id')?.text ?? '',
      leaseId: fields.get('lease_id')?.text ?? '',
      leaseSeconds: wholeNumber(fields.get('lease_duration')?.number),
      isRenewable: fields.get('renewable')?.kind === 'true',
      data: this.data,
      warnings: warnings?.kind === 'list' ? [...warnings.items()].map(({ text }) => text ?? '') : null,
    };
  }

  whole(mostBytes: number): Uint8Array {
    return this.#raw ?? collect(mostBytes, (sink) => writeWhole(this, sink));
  }
}

function withoutKeys(path: string, key: string): MountError {
  const beside = besideRaw(path);
  const other = beside === undefined ? '' : `, or read ${beside.path} with secretKey ${quoteName(beside.key)}`;
  return new MountError(
    'key-missing',
    `${path} answered without JSON, so it has no key ${quoteName(key)}; leave secretKey out to mount the answer as it is${other}`,
  );
}

function wholeNumber(text: string | undefined): number {
  const number = Number(text ?? 0);
  return Number.isSafeInteger(number) ? number : 0;
}

function isBoolean(value: JsonText | undefined): boolean {
  return value?.kind === 'true' || value?.kind === 'false';
}

/** Like HashiCorp's client, treats an answer without any envelope field as data. */
function isBare(fields: ReadonlyMap<string, JsonText>): boolean {
  return [...fields.values()].every(isEmpty);
}

function isEmpty(value: JsonText): boolean {
  const { kind } = value;
  if (kind === 'number') return Number(value.number) === 0;
  return kind === 'null' || kind === 'false' || (kind === 'string' && value.stringLength === 0);
}
